"""Releases that wait and will not go live as things are, of many at once: for lists."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q

from evals.services.planning.releasing import overruled_by
from prompts.models import EVERYBODY, PlannedRelease, Release


@dataclass(frozen=True, slots=True)
class Moot:
    """`is_live`: everybody whom it is for gets its version already. Else somebody decided otherwise since."""

    is_live: bool
    why: str


def moot_of(plans: Iterable[PlannedRelease]) -> Mapping[UUID, Moot]:
    """By plan, those of the open ones that are. Two queries, however many."""
    waiting = [plan for plan in plans if plan.is_open]
    if not waiting:
        return {}
    live, since = _live(waiting), _since(waiting)
    told = {plan.pk: _moot(plan, live, since[plan.pk]) for plan in waiting}
    return {pk: found for pk, found in told.items() if found}


type _Lane = tuple[UUID, str, UUID | None]


def _moot(plan: PlannedRelease, live: Mapping[_Lane, Release], since: Collection[Release]) -> Moot | None:
    served = live.get((plan.prompt_id, plan.environment, plan.tenant_id))
    if plan.percent == EVERYBODY and served is not None and served.version_id == plan.version_id:
        return Moot(True, f"{plan.version} is live already, released by {served.made_by_label}.")
    why = overruled_by(plan, since)
    return Moot(False, why) if why else None


def _live(waiting: Collection[PlannedRelease]) -> Mapping[_Lane, Release]:
    places = {"prompt__in": {plan.prompt_id for plan in waiting}, "environment__in": {p.environment for p in waiting}}
    rows = Release.objects.filter(**places, lane=Release.Lane.MAIN).lasting()
    return {(each.prompt_id, each.environment, each.tenant_id): each for each in rows}


def _since(waiting: Collection[PlannedRelease]) -> Mapping[UUID, list[Release]]:
    """What was done in its place since each was asked for, the latest first."""
    later = Q(number__gt=F("prompt__planned__newest_at_ask"))
    later |= Q(prompt__planned__newest_at_ask=None, made_at__gt=F("prompt__planned__asked_at"))
    rows = Release.objects.filter(later, prompt__planned__in=waiting, environment=F("prompt__planned__environment"))
    rows = rows.annotate(plan=F("prompt__planned__pk")).latest_first()
    found: dict[UUID, list[Release]] = defaultdict(list)
    for release in rows.select_related("version", "prompt").defer("version__content"):
        found[vars(release)["plan"]].append(release)
    return found
