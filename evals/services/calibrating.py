"""A feature's threshold from a run that measured confidence: worked out, set, and taken back."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from evals.confidence.live import differences
from evals.confidence.measured import feature_of, measure
from evals.models import Calibration, Run, Suite, SuiteVersion
from evals.runner.grounding import VARIABLE
from evals.services.canaries import live_version
from evals.services.runs import start_run
from evals.suites import stored
from gateway.services import declare_grounding, policy_of
from prompts.models import PromptVersion
from prompts.services import PRODUCTION
from tenants import audit, revisions
from tenants.actors import Actor
from tenants.models import Feature, Revision
from tenants.refusals import Conflict, Invalid

LEAST_REASON: Final = 10


class ChangedSince(Conflict):
    """Somebody set another threshold than the one that was looked at."""

    code = "changed_since"


class NotLive(Conflict):
    """What was measured is not what callers get."""

    code = "not_live"


def ask_confidence(
    feature: Feature, suite: Suite, *, head: PromptVersion | None = None, at_once: int = 20, by: Actor, at: datetime
) -> Run:
    """Ask the suite as the feature's callers ask, and see each answer before the threshold refuses it."""
    if feature.is_own:
        raise Invalid("feature", f"{feature.slug} is the console's own: nobody is answered by it.")
    if suite.current is None:
        raise Invalid("suite", f"{suite} was never pushed for good.")
    version = head or live_version(suite)
    if version is None:
        what = f"of {suite.prompt}" if suite.prompt else f"that {suite} judges"
        raise Invalid("head", f"nothing {what} is live in {PRODUCTION}: say which prompt, or which version of it.")
    if not has_sources(suite.current):
        raise Invalid("suite", f"no case of {suite} has a variable `{VARIABLE}`, so none can be answered from sources.")
    return start_run(
        suite.current, head=version, kind=Run.Kind.CONFIDENCE, stands_for=feature, at_once=at_once, by=by, at=at
    )


def has_sources(content: SuiteVersion) -> bool:
    """Whether any case can be answered from sources."""
    return any(VARIABLE in case.vars for case in stored.from_json(content.content).cases)


def calibrate(run: Run, *, target: Decimal, by: Actor, at: datetime) -> Calibration:
    """Work the threshold out, and keep it. It is not set by that."""
    found = measure(run, target)
    point = found.point
    with transaction.atomic():
        row = Calibration.objects.create(
            feature=feature_of(run),
            run=run,
            target=target,
            threshold=found.threshold,
            cases=found.sample.cases,
            unmeasured=found.sample.unmeasured,
            answered=point.answered if point else 0,
            wrong=point.wrong if point else 0,
            sentence=found.sentence,
            made_at=at,
            made_by_kind=by.kind,
            made_by_id=by.id,
            made_by_label=by.label,
        )
        _record("calibration.made", row, {"sentence": row.sentence}, by, at)
    return row


def apply(
    calibration: Calibration, *, reason: str = "", instead_of: Decimal | None = None, by: Actor, at: datetime
) -> Calibration:
    """Set its threshold for the feature. When it is not of what is live, `reason` says why all the same.

    `instead_of`: the threshold that whoever sets it has seen; when another is in force by now, nothing is set.
    """
    with revisions.changing(Revision.Name.CONFIG):
        row = _locked(calibration)
        if row.threshold is None:
            raise Conflict(f"There is no threshold to set. {row.sentence}")
        _check_unchanged(row.feature, instead_of)
        if in_force(row.feature) == row:
            raise Conflict("This threshold is in force already.")
        differs = differences(row.run)
        if differs and len(reason.strip()) < LEAST_REASON:
            raise NotLive(f"It is not of what is live: {'; '.join(differs)}. {_HOW}")
        row.threshold_before = Decimal(str(policy_of(row.feature).min_confidence))
        row.applied_at, row.applied_by, row.undone_at, row.undone_by = at, by.label, None, ""
        row.reason = reason.strip() if differs else ""
        row.save(update_fields=["threshold_before", "applied_at", "applied_by", "undone_at", "undone_by", "reason"])
        _set(row.feature, row.threshold, by)
        facts = {"threshold": str(row.threshold), "before": str(row.threshold_before), "reason": row.reason}
        _record("calibration.applied", row, facts, by, at)
    return row


_HOW: Final = f"Calibrate on what is live, or say in at least {LEAST_REASON} characters why it is set all the same."


def use(
    run: Run, *, target: Decimal, reason: str = "", instead_of: Decimal | None = None, by: Actor, at: datetime
) -> Calibration:
    """Work it out and set it: both or neither."""
    # Its lock goes before that of the audit chain.
    with revisions.changing(Revision.Name.CONFIG):
        made = calibrate(run, target=target, by=by, at=at)
        return apply(made, reason=reason, instead_of=instead_of, by=by, at=at)


def undo(calibration: Calibration, *, by: Actor, at: datetime) -> Calibration:
    """Put back the threshold that was there before it."""
    with revisions.changing(Revision.Name.CONFIG):
        row = _locked(calibration)
        if row.threshold_before is None or in_force(row.feature) != row:
            raise Conflict("This threshold is not in force: another was set since, or it was taken back.")
        row.undone_at, row.undone_by = at, by.label
        row.save(update_fields=["undone_at", "undone_by"])
        _set(row.feature, row.threshold_before, by)
        facts = {"threshold": str(row.threshold), "back_to": str(row.threshold_before)}
        _record("calibration.undone", row, facts, by, at)
    return row


def in_force(feature: Feature) -> Calibration | None:
    """The calibration that the feature's threshold comes from; None: it was set by hand, or is none."""
    newest = Calibration.objects.of(feature).applied().first()
    now = Decimal(str(policy_of(feature).min_confidence))
    return newest if newest is not None and newest.threshold == now else None


def _check_unchanged(feature: Feature, seen: Decimal | None) -> None:
    now = Decimal(str(policy_of(feature).min_confidence))
    if seen is None or seen == now:
        return
    newest = in_force(feature)
    who = f"{newest.applied_by} has set" if newest else "somebody has set"
    raise ChangedSince(f"Since you opened the page, {who} the threshold to {now.normalize():f}: look again.")


def _locked(calibration: Calibration) -> Calibration:
    rows = Calibration.objects.select_for_update(of=("self",))
    return rows.select_related("feature", "run__suite__suite__current", "run__prompt", "run__head").get(
        pk=calibration.pk
    )


def _set(feature: Feature, threshold: Decimal, by: Actor) -> None:
    policy = policy_of(feature)
    declare_grounding(feature, mode=policy.mode, min_confidence=threshold, unverified=policy.unverified, by=by)


def _record(action: str, row: Calibration, facts: dict[str, str], by: Actor, at: datetime) -> None:
    known = {"calibration": str(row.pk), "run": str(row.run_id), "target": str(row.target)}
    slug = row.feature.slug
    audit.append_to_installation(actor=by, action=action, object=slug, payload=known | facts, at=at)
