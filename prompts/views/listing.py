"""All prompts, each with what is live where, what waits, how good it is, what it costs."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from costs import reports
from costs.reports import Totals, WithTraffic
from killswitch.models import Stop
from killswitch.standing import version_stops
from prompts.lint import GIANT
from prompts.models import Prompt, PromptVersion, Release
from prompts.views.glances import Glance, glances
from prompts.views.judged import Judged, judged, newest_of
from prompts.views.places import Place, places
from prompts.views.stopped import stopped_lanes

WEEK: Final = timedelta(days=7)
PAGE: Final = 50
# By what is chosen in the address, as a chip says it.
CHOICES: Final = {
    "": "All",
    "stopped": "Stopped",
    "ahead": "Ahead of what is live",
    "unreleased": "Not released",
    "orphans": "Orphans",
}


@dataclass(frozen=True, slots=True)
class Row(WithTraffic):
    prompt: Prompt
    # Of `CHOICES`, what it is by its lanes.
    choice: str
    # Of each environment, production first.
    live: Sequence[Release]
    newest: PromptVersion | None
    # Of what is live, else of the newest.
    score: Judged | None
    # Of the last seven days; None: nobody called it, or nobody can tell.
    traffic: Totals | None
    # Of the newest, where another is live: whether what waits may go live.
    waiting: Judged | None = None
    places: Sequence[Place] = ()
    # What it serves though it is stopped: calls that get it have no answer.
    stopped: Sequence[Release] = ()

    @property
    def served(self) -> Sequence[Place]:
        return [place for place in self.places if place.is_served]

    @property
    def way_back(self) -> Place | None:
        """Where there is something to take back: callers come first."""
        return next((place for place in self.places if place.can_go_back), None)

    @property
    def main(self) -> Release | None:
        """What the numbers are about: production, else the one environment that has something."""
        return self.live[0] if self.live else None

    @property
    def ahead(self) -> int:
        """So many versions were pushed after the one that is live."""
        # What is live may have been pushed after the newest was looked up.
        return max(0, self.newest.number - self.main.version.number) if self.newest and self.main else 0

    @property
    def stopped_own(self) -> set[str]:
        """Environments in which tenants have a version of their own that is stopped."""
        return {each.environment for each in self.stopped if each.tenant_id}

    @property
    def standing(self) -> str:
        """How the newest version stands to what is served, in words."""
        if self.newest is None:
            return "nothing pushed"
        if self.main is None:
            return f"in {self.served[0].environment} only as tenants’ own" if self.served else "not released"
        return f"{self.ahead} ahead of {self.main.environment}" if self.ahead else f"live in {self.main.environment}"

    @property
    def tokens(self) -> int | None:
        version = self.main.version if self.main else self.newest
        return version.tokens if version else None

    @property
    def is_giant(self) -> bool:
        return (self.tokens or 0) > GIANT


@dataclass(frozen=True, slots=True)
class Chip:
    only: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    rows: Sequence[Row]
    # So many are asked for; `rows` are the first of them.
    total: int
    chips: Sequence[Chip]
    # Of prompts' versions, by version.
    stops: Mapping[UUID, Stop]
    # There is at least one prompt, whatever was asked for.
    has_any: bool


def listing(*, text: str, only: str, at: datetime, most: int | None) -> Listing:
    """Of all that are found no more is read than what the chips count; `most`: of so many everything, None: of all."""
    stops, named = version_stops(), _named(text)
    found = glances(named, stops)
    wanted = [each for each in found if not only or only in each.choices]
    return Listing(
        _rows(wanted[:most], stops, at),
        len(wanted),
        _chips(found, only),
        stops,
        has_any=bool(found) or Prompt.objects.exists(),
    )


def _chips(found: Collection[Glance], only: str) -> Sequence[Chip]:
    counts = Counter(choice for each in found for choice in each.choices)
    counts[""] = len(found)
    # Seldom is anything stopped: there is no chip for it otherwise.
    shown = {name: label for name, label in CHOICES.items() if name != "stopped" or counts[name] or only == name}
    return [Chip(name, label, counts[name]) for name, label in shown.items()]


def _named(text: str) -> QuerySet[Prompt]:
    words = Q(name__icontains=text) | Q(description__icontains=text)
    feature = Q(feature__name__icontains=text) | Q(feature__slug__icontains=text)
    rows = Prompt.objects.order_by("name")
    return rows.filter(words | feature) if text else rows


def _rows(wanted: Sequence[Glance], stops: Mapping[UUID, Stop], at: datetime) -> list[Row]:
    choices = {each.prompt: each.choice for each in wanted}
    found = list(Prompt.objects.filter(pk__in=choices).select_related("feature").order_by("name"))
    served, newest, calls = places(found), _newest(wanted), _traffic(found, at)
    live = {pk: [each.release for each in several if each.release] for pk, several in served.items()}
    main = {pk: version.pk for pk, version in newest.items()} | {
        pk: rows[0].version_id for pk, rows in live.items() if rows
    }
    stopped = stopped_lanes(found, stops)
    scores = judged({*main.values(), *(version.pk for version in newest.values())})
    return [
        Row(
            prompt,
            choices[prompt.pk],
            live.get(prompt.pk, []),
            newest.get(prompt.pk),
            newest_of(scores.get(main.get(prompt.pk), [])),
            calls.get(prompt.pk),
            _waiting(newest.get(prompt.pk), main.get(prompt.pk), scores),
            served.get(prompt.pk, ()),
            stopped.get(prompt.pk, ()),
        )
        for prompt in found
    ]


def _waiting(
    newest: PromptVersion | None, main: UUID | None, scores: Mapping[UUID | None, Collection[Judged]]
) -> Judged | None:
    return newest_of(scores.get(newest.pk, [])) if newest and newest.pk != main else None


def _newest(wanted: Sequence[Glance]) -> Mapping[UUID, PromptVersion]:
    rows = PromptVersion.objects.filter(pk__in=[each.newest for each in wanted if each.newest]).defer("content")
    return {version.prompt_id: version for version in rows}


def _traffic(prompts: Sequence[Prompt], at: datetime) -> Mapping[UUID, Totals]:
    """Records name the content. Where two prompts have the same, nobody can tell whose calls these were."""
    by_hash = reports.versions(_hour(at - WEEK), at)
    owners: dict[str, set[UUID]] = defaultdict(set)
    for owner, version in PromptVersion.objects.filter(hash__in=list(by_hash)).values_list("prompt_id", "hash"):
        owners[version].add(owner)
    unclear = {owner for several in owners.values() if len(several) > 1 for owner in several}
    found: dict[UUID, Totals] = {}
    for version, totals in by_hash.items():
        for owner in owners[version] - unclear:
            found[owner] = found[owner] + totals if owner in found else totals
    return {prompt.pk: found[prompt.pk] for prompt in prompts if prompt.pk in found}


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
