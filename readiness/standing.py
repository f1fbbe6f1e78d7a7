"""How a feature stands: each item's state, since when, and whether enough of them are met."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from readiness.checks import CHECKS
from readiness.evidence import Evidence, State, aged
from readiness.facts import Facts
from readiness.items import BAR, ITEMS, REMINDER, Item
from readiness.models import ItemException, StateOfDay
from tenants.models import Feature

# The newest recorded state of each feature's items, and its first day.
type Since = dict[tuple[UUID, int], tuple[str, date]]


@dataclass(frozen=True, slots=True)
class Standing:
    """One item of one feature."""

    item: Item
    evidence: Evidence
    since: date
    # Agreed, or waiting for a second person.
    exception: ItemException | None = None

    @property
    def state(self) -> State:
        return self.evidence.state

    def ends_soon(self, on: date) -> bool:
        ends = self.evidence.expires_on
        return ends is not None and on <= ends <= on + REMINDER


@dataclass(frozen=True, slots=True)
class FeatureStanding:
    feature: Feature
    items: Sequence[Standing]

    @property
    def counted(self) -> int:
        return sum(each.state.counts for each in self.items)

    @property
    def is_at_bar(self) -> bool:
        return self.counted >= BAR

    @property
    def counts(self) -> dict[State, int]:
        found = Counter(each.state for each in self.items)
        return {state: found[state] for state in State}

    def ending(self, on: date) -> list[Standing]:
        return [each for each in self.items if each.ends_soon(on)]


def features() -> list[Feature]:
    """What the operator's product has; the features of eval runs are the console's own."""
    return list(Feature.objects.customers().order_by("name"))


def standings(asked: Iterable[Feature], *, at: datetime) -> list[FeatureStanding]:
    """As many queries for many features as for one."""
    wanted, facts = list(asked), Facts(at)
    since = _since(wanted)
    return [FeatureStanding(feature, _items(feature, facts, since)) for feature in wanted]


def standing(feature: Feature, number: int, *, at: datetime) -> Standing:
    return _standing(ITEMS[number], feature, Facts(at), _since([feature]))


def _items(feature: Feature, facts: Facts, since: Since) -> list[Standing]:
    return [_standing(item, feature, facts, since) for item in ITEMS.values()]


def _standing(item: Item, feature: Feature, facts: Facts, since: Since) -> Standing:
    today = facts.at.date()
    exception = facts.words.exception(item.number, feature.pk)
    found = aged(CHECKS[item.number](facts, feature), item, at=facts.at)
    evidence = excepted(found, exception) if exception and exception.is_agreed else found
    state, began = since.get((feature.pk, item.number), (None, today))
    return Standing(item, evidence, began if state == evidence.state else today, exception)


def excepted(found: Evidence, exception: ItemException) -> Evidence:
    """What does not apply is not asked; what is waived may be met all the same, which says more."""
    if exception.kind == ItemException.Kind.WAIVED and found.state is State.MET:
        return found
    state = State(exception.kind)
    told = f"{exception.reason} Asked by {exception.asked_by_label}, agreed by {exception.agreed_by_label}."
    return replace(found, state=state, sentence=told, as_of=exception.agreed_at, expires_on=exception.expires_on)


def _since(wanted: Sequence[Feature]) -> Since:
    rows = StateOfDay.objects.filter(feature__in=wanted).order_by("feature", "item", "-day").distinct("feature", "item")
    return {(row.feature_id, row.item): (row.state, row.since) for row in rows}
