"""What is served to whom: the newest release of each lane, and what stood there before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.db.models import Q, QuerySet

from prompts.choosing import Offer, caller, choose
from prompts.models import Prompt, PromptVersion, Release
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Tried:
    """A canary that is over: what it served last, what it stood beside then, and what ended it."""

    trial: Release
    beside: Release
    ended: Release


def live(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> Release | None:
    """What this main lane serves: everybody's, or the tenant's own. None: nothing, or it has ended."""
    return _newest(prompt, environment, tenant, Release.Lane.MAIN)


def canary(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> Release | None:
    """The canary beside it, while there is one."""
    return _newest(prompt, environment, tenant, Release.Lane.CANARY)


def served(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> Release | None:
    """What callers of this tenant get who are in no canary: its own version, else everybody's."""
    own = live(prompt, environment, tenant) if tenant else None
    return own or live(prompt, environment)


def canary_began(trial: Release) -> Release:
    """With which its version was first tried, where only the share was changed since then."""
    lane = {"prompt": trial.prompt_id, "environment": trial.environment, "tenant": trial.tenant_id}
    rows = Release.objects.canaries().filter(**lane)
    other = rows.filter(number__lt=trial.number).exclude(version=trial.version, percent__gt=0).latest_first().first()
    return rows.filter(number__gt=other.number if other else 0).order_by("number")[0]


def last_tried(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> Tried | None:
    """The last canary of this lane that has ended. None: there was none."""
    rows = Release.objects.of(prompt, environment).filter(tenant=tenant, lane=Release.Lane.CANARY)
    rows = rows.latest_first().select_related("version", "tenant")
    ended = rows.filter(percent=0).first()
    trial = rows.filter(percent__gt=0, number__lt=ended.number).first() if ended else None
    beside = _beside(trial, ended) if trial and ended else None
    return Tried(trial, beside, ended) if trial and ended and beside else None


def _beside(trial: Release, ended: Release) -> Release | None:
    """What it stood beside: the tenant's own version, if it had one, else everybody's at the end."""
    mains = Release.objects.filter(prompt=trial.prompt, environment=trial.environment, lane=Release.Lane.MAIN)
    mains = mains.latest_first().select_related("version")
    own = mains.filter(tenant=trial.tenant, number__lt=trial.number).first()
    if trial.tenant_id is None or (own is not None and not own.has_ended):
        return own
    return mains.filter(tenant=None, percent__gt=0, number__lt=ended.number).first()


def own_lanes(prompt: Prompt, environment: str) -> QuerySet[Release]:
    """All that tenants have of their own there, canaries too: beside what everybody gets."""
    return Release.objects.of(prompt, environment).exclude(tenant=None).lasting()


def own_main_lanes(prompt: Prompt, environment: str) -> QuerySet[Release]:
    """Of tenants that go on with their own version when everybody's ends; canaries beside that one end with it."""
    return own_lanes(prompt, environment).filter(lane=Release.Lane.MAIN)


def common_canaries(prompt: Prompt, environment: str) -> QuerySet[Release]:
    """Beside what everybody gets: everybody's own, and those of tenants that have no version of their own."""
    apart = own_main_lanes(prompt, environment).order_by().values("tenant")
    trials = Release.objects.of(prompt, environment).lasting().canaries()
    return trials.filter(Q(tenant=None) | ~Q(tenant__in=apart))


def served_to(prompt: Prompt, environment: str, tenant: Tenant | None, user: str = "") -> Release | None:
    """What this person of the tenant gets, by the rule of the gateway; without one, who is in no canary."""
    lanes = list(
        Release.objects.of(prompt, environment)
        .filter(Q(tenant=None) | Q(tenant=tenant))
        .lasting()
        .select_related("version")
    )
    own = _offer([each for each in lanes if each.tenant_id]) if tenant else None
    who = caller(tenant.pk, user) if tenant else ""
    found = choose(prompt.name, own=own, common=_offer([each for each in lanes if not each.tenant_id]), who=who)
    return found.version if found else None


def _offer(lanes: Sequence[Release]) -> Offer[Release] | None:
    if not lanes:
        return None
    main = next((each for each in lanes if not each.is_canary), None)
    trial = next((each for each in lanes if each.is_canary), None)
    return Offer(main, trial, trial.percent if trial else 0, is_there=main is not None)


def last_number(prompt: Prompt, environment: str) -> int:
    """Of the newest release there, whatever its lane; 0: none was made."""
    newest = Release.objects.of(prompt, environment).latest_first().values_list("number", flat=True)
    return newest.first() or 0


def was_live(version: PromptVersion, environment: str, tenant: Tenant | None = None) -> bool:
    """Whether everybody there was ever served it, or all of this tenant. In a canary it was only tried."""
    rows = Release.objects.filter(version=version, environment=environment, lane=Release.Lane.MAIN)
    return rows.filter(tenant=tenant).exclude(kind=Release.Kind.END).exists()


def may_go_back_to(version: PromptVersion, environment: str, tenant: Tenant | None = None) -> bool:
    """Whether a rollback of this lane takes it. A tenant without a version of its own goes back to its own alone: what
    everybody was served once would be a release to it, which asks for verdicts.
    """
    if was_live(version, environment, tenant):
        return True
    has_its_own = tenant is not None and live(version.prompt, environment, tenant) is not None
    return has_its_own and was_live(version, environment)


def served_before(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> PromptVersion | None:
    """What a rollback goes back to; None: there is nothing. Going back twice goes back by two, not forth again."""
    rows = Release.objects.of(prompt, environment).filter(tenant=tenant, lane=Release.Lane.MAIN).order_by("number")
    versions = _way_back(rows.values_list("version", "kind", "percent"))
    # Of a lane that somebody ended, the last version is what was served before.
    place = -2 if live(prompt, environment, tenant) else -1
    return PromptVersion.objects.get(pk=versions[place]) if len(versions) >= -place else None


def with_a_way_back(prompt: Prompt, environment: str, tenants: Sequence[Tenant]) -> set[UUID | None]:
    """Those of them whose own version has another of its own before it."""
    rows = Release.objects.of(prompt, environment).filter(tenant__in=tenants, lane=Release.Lane.MAIN)
    ordered = rows.order_by("tenant", "number").values_list("tenant", "version", "kind", "percent")
    lanes = groupby(ordered, key=itemgetter(0))
    return {tenant for tenant, made in lanes if len(_way_back(row[1:] for row in made)) > 1}


def without_a_way_back(gone_back: Sequence[Release]) -> set[UUID]:
    """Those of them, the newest of everybody's lanes, before whose version nothing is left that was not taken back."""
    rows = Release.objects.to_all().filter(
        prompt__in={each.prompt_id for each in gone_back}, environment__in={each.environment for each in gone_back}
    )
    ordered = rows.order_by("prompt", "environment", "number")
    made = ordered.values_list("prompt", "environment", "version", "kind", "percent")
    kept = {lane: len(_way_back(row[2:] for row in rows)) for lane, rows in groupby(made, key=itemgetter(0, 1))}
    return {each.pk for each in gone_back if kept[each.prompt_id, each.environment] < 2}


def _way_back(releases: Iterable[tuple[UUID, str, int]]) -> list[UUID]:
    """Versions that were released and not taken back, oldest first: a rollback takes back all that came after it."""
    kept: list[UUID] = []
    known: set[UUID] = set()
    has_ended = False
    for version, kind, percent in releases:
        if kind == Release.Kind.ROLLBACK and not percent:
            kept.pop()
        elif kind == Release.Kind.ROLLBACK:
            kept = _gone_back(kept, version, is_known=version in known, has_ended=has_ended)
        elif kind == Release.Kind.RELEASE and (not kept or kept[-1] != version):
            kept.append(version)
        known.add(version)
        has_ended = kind == Release.Kind.END
    return kept


def _gone_back(kept: list[UUID], version: UUID, *, is_known: bool, has_ended: bool) -> list[UUID]:
    if has_ended and kept and kept[-1] == version:
        return kept
    if version in kept[:-1]:
        return kept[: len(kept) - kept[::-1].index(version, 1)]
    # One that was taken back is chosen anew, and what was kept is before it. What this lane never served was
    # everybody's: it comes instead of the tenant's own, which going back again must not bring back.
    return [*(kept if is_known else kept[:-1]), version]


def _newest(prompt: Prompt, environment: str, tenant: Tenant | None, lane: Release.Lane) -> Release | None:
    rows = Release.objects.of(prompt, environment).filter(tenant=tenant, lane=lane).latest_first()
    newest = rows.select_related("version", "tenant").first()
    return None if newest is None or newest.has_ended else newest
