"""Releases that wait where somebody goes back or ends what is served: whether they come all the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.services import planning
from evals.services.planning import Beside
from prompts.models import PlannedRelease
from prompts.views.audience import ALL, people
from prompts.views.lane import Lane

_STANDS = "it still stands"
_OVER = "any more; ask anew"


@dataclass(frozen=True, slots=True)
class Waiting:
    plan: PlannedRelease
    # What becomes of it, behind who asked for it.
    fate: str
    # It may go live all the same.
    stands: bool

    @property
    def whom(self) -> str:
        """Empty: everybody."""
        found = people(self.plan.percent, self.plan.tenant)
        return "" if found == ALL else found


def if_rolled_back(lane: Lane) -> list[Waiting]:
    return [_if(each, "if you go back; ask anew then", is_over=_is_over(each, lane)) for each in _beside(lane)]


def if_ended(lane: Lane) -> list[Waiting]:
    """Nobody goes back by it: what waits still stands, but for a reason that speaks of what is served now."""
    is_new = lane.live is not None
    return [
        _if(
            each,
            "as its reason does not speak of that; ask anew then",
            is_over=is_new and bool(each.plan.override_reason) and _is_over(each, lane),
        )
        for each in _beside(lane)
    ]


def by_now(lane: Lane) -> list[Waiting]:
    """When it is done."""
    return [_if(each, "", is_over=False) for each in _beside(lane)]


def _beside(lane: Lane) -> Sequence[Beside]:
    return planning.plans_beside(lane.prompt, lane.environment, lane.tenant)


def _is_over(each: Beside, lane: Lane) -> bool:
    return planning.overrules(lane.tenant.pk if lane.tenant else None, each.plan)


def _if(each: Beside, why: str, *, is_over: bool) -> Waiting:
    never = "it will not" if each.plan.due_at else "it will not go live"
    if each.why:
        return Waiting(each.plan, f"{never} {_OVER}", stands=False)
    return Waiting(each.plan, f"{never}, {why}", stands=False) if is_over else Waiting(each.plan, _STANDS, stands=True)
