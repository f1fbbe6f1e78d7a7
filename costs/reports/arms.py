"""A canary beside what all others get: the calls of both versions since it began.

Read from the calls themselves, as no roll-up knows people or latencies. So that the work stays bounded, the roll-ups
say first of how many hours back there are no more than so many calls in all; older hours of both arms are left out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, Sum

from aiops.lib import uuid7
from costs.arm_words import TOO_SOON, remarks, sentences
from costs.arms import Arm, Difference, differences
from costs.models import Call, HourlySpend
from costs.reports.arm_calls import ArmCalls, LeftOut, count_arms
from costs.reports.periods import hour_of
from prompts import services as prompts
from prompts.models import Prompt, PromptVersion, Release
from tenants.models import Tenant

# Calls that are looked through, of all prompts.
MOST: Final = 300_000
_LONGEST: Final = timedelta(days=14)
_HOUR: Final = timedelta(hours=1)
# Where more than so many lanes of tenants began or ended meanwhile, these tenants are left out as a whole.
_MOST_PARTS: Final = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """`head` is the canary's version, `base` what it is tried beside. Both of the same hours, places and tenants."""

    canary: Release
    beside: Release
    since: datetime
    until: datetime
    # The canary began earlier: there were too many calls to look through all of them.
    is_cut: bool
    head: Arm
    base: Arm
    differences: tuple[Difference, ...]
    # In plain words; at least one.
    sentences: tuple[str, ...]
    left_out: LeftOut
    # Of both versions, in neither arm: their callers named the version themselves.
    pinned: int
    # In the arms, and whether their callers named the version nobody knows.
    unmarked: int
    # The same in words.
    remarks: tuple[str, ...]
    # Nobody can ever tell, however many calls come: nothing was counted, and no count is nought.
    is_untold: bool


def canary_beside(prompt: Prompt, environment: str, tenant: Tenant | None = None, *, at: datetime) -> Comparison | None:
    """None: there is no canary, or nothing that it stands beside."""
    trial = prompts.canary(prompt, environment, tenant)
    beside = prompts.served(prompt, environment, tenant)
    return compared(trial, beside, began=prompts.canary_began(trial), until=at) if trial and beside else None


def canary_before(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> Comparison | None:
    """The last canary that has ended, until it did."""
    tried = prompts.last_tried(prompt, environment, tenant)
    if tried is None:
        return None
    began = prompts.canary_began(tried.trial)
    return compared(tried.trial, tried.beside, began=began, until=tried.ended.made_at)


def calls_since(began: datetime, *, at: datetime) -> int:
    """About so many calls a comparison of a canary that began then looks through: of all prompts, by the roll-ups."""
    first = max(began, at - _LONGEST)
    rows = HourlySpend.objects.between(hour_of(first), at + _HOUR)
    return int(rows.aggregate(total=Sum("calls"))["total"] or 0)


def compared(trial: Release, beside: Release, *, began: Release, until: datetime) -> Comparison:
    """`began`: the release with which the canary began, as `prompts.services.canary_began` tells it."""
    first = max(began.made_at, beside.made_at)
    since = _bounded(first, until)
    apart = _apart(trial, since, until)
    versions = (trial.version, beside.version)
    hashes = [version.hash for version in versions]
    calls = Call.objects.filter(_callers(trial), environment=trial.environment, prompt_version__in=hashes)
    calls = calls.since(since).until(until)
    untold = _why_untold(*versions)
    why = untold or ("" if until > first else TOO_SOON)
    counted = ArmCalls() if why else count_arms(calls, apart=apart)
    head, base = (counted.arms.get(version.hash, Arm()) for version in versions)
    found = differences(head, base)
    names = (str(trial.version), str(beside.version))
    said = (why,) if why else sentences(head, base, found, names=names)
    return Comparison(
        trial, beside, since, until, since > first, head, base, found, said,
        counted.left_out, counted.pinned, counted.unmarked,
        remarks(counted.pinned, counted.unmarked),
        bool(untold),
    )  # fmt: skip


def _why_untold(head: PromptVersion, base: PromptVersion) -> str:
    if head.pk == base.pk:
        return f"Could not measure: all get {head} by now."
    same = PromptVersion.objects.filter(hash__in=(head.hash, base.hash)).exclude(prompt=head.prompt_id)
    other = same.select_related("prompt").defer("content").first()
    if other is None:
        return ""
    return f"Could not measure: prompt {other.prompt} has the very same content, and records name the content alone."


def _callers(trial: Release) -> Q:
    """Customers alone."""
    return Q(tenant_id=trial.tenant_id) if trial.tenant_id else Q(tenant__in=Tenant.objects.customers())


def _apart(trial: Release, since: datetime, until: datetime) -> Q | None:
    """Calls of which everybody's canary says nothing, as their tenant had a lane of its own when they were made."""
    if trial.tenant_id is not None:
        return None
    spans = prompts.own_spans(trial.prompt, trial.environment, since=since, until=until)
    whole = {span.tenant_id for span in spans if span.since == since and span.until == until}
    parts = [span for span in spans if span.tenant_id not in whole]
    if len(parts) > _MOST_PARTS:
        whole, parts = {span.tenant_id for span in spans}, []
    apart = Q(tenant__in=whole) if whole else Q()
    for span in parts:
        apart |= Q(tenant=span.tenant_id, id__gte=uuid7.floor(span.since), id__lt=uuid7.floor(span.until))
    return apart


def _bounded(began: datetime, at: datetime) -> datetime:
    """The canary's beginning, or the hour since when there are few enough calls in all; this hour and the last are
    never left out.
    """
    first = max(began, at - _LONGEST)
    rows = HourlySpend.objects.between(hour_of(first), at + _HOUR).values_list("hour").annotate(total=Sum("calls"))
    found = 0
    since: datetime | None = None
    for hour, calls in rows.order_by("-hour"):
        found += calls
        if found > MOST and since is not None and hour < hour_of(at) - _HOUR:
            return max(first, since)
        since = hour
    return first
