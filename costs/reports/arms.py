"""A canary beside what all others get: the calls of both versions since it began.

Read from the calls themselves, as no roll-up knows people or latencies. So that the work stays bounded, the roll-ups
say first of how many hours back there are no more than so many calls in all; older hours of both arms are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Aggregate, Count, F, FloatField, Q, Sum
from django.db.models.fields import DecimalField
from django.db.models.functions import Cast

from aiops.lib import uuid7
from costs.arm_words import TOO_SOON, sentences
from costs.arms import Arm, Difference, Mean, differences
from costs.models import Call, CallQuerySet, HourlySpend
from costs.records import Outcome, PriceMatch
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

_WITHHELD: Final = Q(outcome=Outcome.REFUSED) | ~Q(refusal="")
_OK: Final = Q(outcome=Outcome.OK, refusal="")
_FAILED: Final = Q(outcome__in=(Outcome.PROVIDER_ERROR, Outcome.INTERRUPTED), refusal="")
_PRICED: Final = Q(price_match=PriceMatch.EXACT)
# An answer that was kept took no model's time.
_TIMED: Final = _OK & ~Q(price_match=PriceMatch.NOTHING_ASKED) & Q(latency_ms__isnull=False)
_ANSWERED: Final = _OK & ~Q(price_match=PriceMatch.NOTHING_ASKED)


class _Percentile(Aggregate):
    """Only over rows that have a value."""

    function = "PERCENTILE_CONT"
    name = "Percentile"

    def __init__(self, share: float, field: str, *, filter: Q) -> None:
        template = f"%(function)s({share}) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"
        super().__init__(field, filter=filter, template=template, output_field=FloatField())


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Calls of both versions that count in neither arm, as their tenants had a lane of their own at the time."""

    calls: int = 0
    tenants: int = 0


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
    left_out: LeftOut = LeftOut()
    # Nobody can ever tell, however many calls come: nothing was counted, and no count is nought.
    is_untold: bool = False


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
    callers, apart = _callers(trial), _apart(trial, since, until)
    versions = (trial.version, beside.version)
    hashes = [version.hash for version in versions]
    calls = Call.objects.filter(callers, environment=trial.environment, prompt_version__in=hashes)
    calls = calls.since(since).until(until)
    untold = _why_untold(*versions)
    why = untold or ("" if until > first else TOO_SOON)
    arms = {} if why else _arms(calls.exclude(apart) if apart else calls)
    head, base = (arms.get(version.hash, Arm()) for version in versions)
    found = differences(head, base)
    names = (str(trial.version), str(beside.version))
    said = (why,) if why else sentences(head, base, found, names=names)
    left_out = _left_out(calls.filter(apart)) if apart and not why else LeftOut()
    return Comparison(trial, beside, since, until, since > first, head, base, found, said, left_out, bool(untold))


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


def _apart(trial: Release, since: datetime, until: datetime) -> Q:
    """Calls of which everybody's canary says nothing, as their tenant had a lane of its own when they were made."""
    if trial.tenant_id is not None:
        return Q()
    spans = prompts.own_spans(trial.prompt, trial.environment, since=since, until=until)
    whole = {span.tenant_id for span in spans if span.since == since and span.until == until}
    parts = [span for span in spans if span.tenant_id not in whole]
    if len(parts) > _MOST_PARTS:
        whole, parts = {span.tenant_id for span in spans}, []
    apart = Q(tenant__in=whole) if whole else Q()
    for span in parts:
        apart |= Q(tenant=span.tenant_id, id__gte=uuid7.floor(span.since), id__lt=uuid7.floor(span.until))
    return apart


def _left_out(calls: CallQuerySet) -> LeftOut:
    return LeftOut(**calls.order_by().aggregate(calls=Count("id"), tenants=Count("tenant", distinct=True)))


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


def _arms(calls: CallQuerySet) -> dict[str, Arm]:
    counted = calls.order_by().values("prompt_version").annotate(**_SUMS)
    return {row["prompt_version"]: _arm(row) for row in counted}


def _squares(field: str, chosen: Q) -> Sum:
    exact = Cast(F(field), DecimalField())
    return Sum(exact * exact, filter=chosen, output_field=DecimalField())


_SUMS: Final[dict[str, Any]] = {
    "n_calls": Count("id"),
    "n_people": Count("user_key", distinct=True),
    "n_ok": Count("id", filter=_OK),
    "n_failed": Count("id", filter=_FAILED),
    "n_refused": Count("id", filter=_WITHHELD),
    "n_stopped": Count("id", filter=Q(outcome=Outcome.STOPPED, refusal="")),
    "n_unpriced": Count("id", filter=Q(price_match=PriceMatch.UNPRICED)),
    "n_priced": Count("id", filter=_PRICED),
    "s_cost": Sum("cost_usd", filter=_PRICED),
    "q_cost": _squares("cost_usd", _PRICED),
    "n_timed": Count("id", filter=_TIMED),
    "s_latency": Sum("latency_ms", filter=_TIMED),
    "q_latency": _squares("latency_ms", _TIMED),
    "p50": _Percentile(0.5, "latency_ms", filter=_TIMED),
    "p95": _Percentile(0.95, "latency_ms", filter=_TIMED),
    "n_answered": Count("id", filter=_ANSWERED),
    "s_tokens": Sum("output_tokens", filter=_ANSWERED),
    "q_tokens": _squares("output_tokens", _ANSWERED),
}


def _arm(row: Mapping[str, Any]) -> Arm:
    named = ("ok", "failed", "refused", "stopped")
    told = {name: row[f"n_{name}"] for name in named}
    return Arm(
        calls=row["n_calls"],
        people=row["n_people"],
        **told,
        other=row["n_calls"] - sum(told.values()),
        cost=_mean(row["n_priced"], row["s_cost"], row["q_cost"]),
        unpriced=row["n_unpriced"],
        latency=_mean(row["n_timed"], row["s_latency"], row["q_latency"]),
        latency_p50_ms=row["p50"],
        latency_p95_ms=row["p95"],
        output_tokens=_mean(row["n_answered"], row["s_tokens"], row["q_tokens"]),
    )


def _mean(count: int, total: Any, squares: Any) -> Mean:
    return Mean(count, Decimal(total or 0), Decimal(squares or 0))
