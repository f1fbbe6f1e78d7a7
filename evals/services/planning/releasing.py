"""Make the release that was asked for: the same as any other, by whoever asked."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from evals.services.promoting import promote
from prompts import services as prompts
from prompts.models import EVERYBODY, PlannedRelease, Release
from tenants import revisions
from tenants.actors import Actor
from tenants.clock import database_now
from tenants.models import Revision
from tenants.refusals import Conflict, NotAllowed


def release_planned(plan: PlannedRelease, *, approved_by: Actor | None, at: datetime | None) -> datetime:
    """Fills `plan` in, and keeps it; when it was made. `at` as of `promote`.

    Raises whatever that does; what may be known by then is asked anew.

    The caller holds the plan's row, which is locked before the revision's, as by everybody.
    """
    # Nobody goes back between the look and the release.
    with revisions.changing(Revision.Name.CONFIG):
        at = at or database_now()
        if not prompts.may_release(plan.asker, None, at=at):
            raise NotAllowed(f"{plan.asked_by_label}, who asked for it, may not release any more. Ask for it anew.")
        if why := overruled(plan):
            raise Conflict(why)
        made = promote(
            plan.version,
            environment=plan.environment,
            tenant=plan.tenant,
            percent=plan.percent,
            note=plan.note,
            override=plan.override_reason,
            by=plan.asker,
            approved_by=approved_by,
            at=at,
        )
    plan.state, plan.ended_at, plan.release = PlannedRelease.State.RELEASED, at, made.release
    plan.save(update_fields=["state", "ended_at", "release"])
    return at


def served_already(plan: PlannedRelease) -> Release | None:
    """The release by which everybody whom it is for gets its version, as somebody was faster."""
    if plan.percent != EVERYBODY:
        return None
    live = prompts.live(plan.prompt, plan.environment, plan.tenant)
    return live if live is not None and live.version_id == plan.version_id else None


def overruled(plan: PlannedRelease) -> str:
    """Why it is not released any more, whatever its verdicts say; empty: nobody decided otherwise since it was asked.

    Whoever went back decided later, and a reason was given in view of what was served when it was asked for.
    """
    return overruled_by(plan, _since(plan))


def overruled_by(plan: PlannedRelease, done: Iterable[Release]) -> str:
    """The same, of what was done in its place since then, the latest first."""
    since = [row for row in done if overrules(row.tenant_id, plan)]
    back = next((row for row in since if row.kind == Release.Kind.ROLLBACK), None)
    if back is not None:
        return (
            f"Since it was asked for, {back.made_by_label} rolled {plan.prompt} back there: it is not released over "
            "that. Ask for it anew."
        )
    made = next((row for row in since if not row.is_canary), None)
    if not plan.override_reason or made is None:
        return ""
    what = "ended" if made.has_ended else f"was released ({made.version}, by {made.made_by_label})"
    return f"Since it was asked for, something else {what} there, which its reason does not speak of. Ask for it anew."


def overrules(tenant: UUID | None, plan: PlannedRelease) -> bool:
    """Whether going back in this lane, everybody's or a tenant's, decides on what the plan is for."""
    return tenant in (None, plan.tenant_id)


def _since(plan: PlannedRelease) -> QuerySet[Release]:
    # Clocks of several consoles, and a release that began before and was kept after, make times a poor witness.
    is_newer = Q(made_at__gt=plan.asked_at) if plan.newest_at_ask is None else Q(number__gt=plan.newest_at_ask)
    rows = Release.objects.of(plan.prompt, plan.environment).filter(is_newer)
    return rows.latest_first().select_related("version", "tenant")
