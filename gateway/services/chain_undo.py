"""The last change of a chain, taken back: what it was before stands in the audit log."""

import json
from dataclasses import dataclass
from typing import Final

from gateway.models import Chain
from gateway.services.chain_states import ChangedMeanwhile, State, state_of
from gateway.services.chains import Member, declare_chain
from tenants import revisions
from tenants.actors import Actor
from tenants.models import OPERATOR, AuditEntry, Revision
from tenants.refusals import Conflict
from tenants.services.declaring import Declared

_LOOKED_BACK: Final = 200


@dataclass(frozen=True, slots=True)
class LastChange:
    """Of what was changed alone: how it was before, and after it."""

    entry: AuditEntry
    before: State
    after: State


class NothingToUndo(Conflict):
    code = "nothing_to_undo"


def last_change(slug: str) -> LastChange | None:
    """None when it stands as it was made, or nobody knows any more what it was."""
    rows = AuditEntry.objects.filter(tenant__slug=OPERATOR, object=slug, action__in=("chain.created", "chain.changed"))
    entry = rows.order_by("-seq").first()
    if entry is None or entry.payload is None or entry.action == "chain.created":
        return None
    facts = json.loads(entry.payload)
    return LastChange(entry, facts["before"], facts["after"])


def order_before_promotion(slug: str, model: str) -> tuple[str, ...]:
    """Who was asked after whom before this model took another's place as the first one; empty when it did not, or
    only came back to it."""
    order: tuple[str, ...] = ()
    displaced: list[tuple[str, tuple[str, ...]]] = []
    for before, order in _orders(slug):
        if before[0] == order[0]:
            continue
        # Where it was displaced before, it is back, and whoever came in between has nothing to go back to.
        been = next((place for place, (first, _) in enumerate(displaced) if first == order[0]), None)
        displaced = [*displaced, (before[0], before)] if been is None else displaced[:been]
    return displaced[-1][1] if displaced and order[:1] == (model,) else ()


def _orders(slug: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Before and after each change of its models, the oldest first."""
    rows = AuditEntry.objects.filter(tenant__slug=OPERATOR, object=slug, action="chain.changed").order_by("-seq")
    told = [json.loads(payload) for payload in rows.values_list("payload", flat=True)[:_LOOKED_BACK] if payload]
    found = [(_names(facts.get("before", {})), _names(facts.get("after", {}))) for facts in reversed(told)]
    return [(before, after) for before, after in found if before and after]


def undo_chain(slug: str, *, change: int, by: Actor) -> Declared[Chain]:
    """Put it back as it was before the change with this number in the audit log, if that is the last one."""
    with revisions.changing(Revision.Name.CONFIG):
        last, now = last_change(slug), state_of(slug)
        if last is None:
            raise NothingToUndo(
                f"Chain {slug} was not changed since it was made, or what it was is not known any more."
            )
        if last.entry.seq != change or any(now.get(name) != value for name, value in last.after.items()):
            raise ChangedMeanwhile(slug, now)
        return declare_state(slug, {**now, **last.before}, expected=now, by=by)


def declare_state(slug: str, state: State, *, expected: State | None, by: Actor) -> Declared[Chain]:
    """Make it stand so."""
    values = {name: value for name, value in state.items() if name != "members"}
    members = [Member(**each) for each in state["members"]]
    return declare_chain(slug, members=members, **values, expected=expected, by=by)


def _names(state: State) -> tuple[str, ...]:
    return tuple(str(each["model"]) for each in state.get("members", ()))
