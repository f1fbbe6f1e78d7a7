"""What callers were refused of answers from sources, and what another threshold would have refused them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, Sum

from costs.models import Call, HourlySpend
from costs.models.call import CallQuerySet
from tenants.models import Tenant

DAYS: Final = 7
_LOW: Final = "low_confidence"


@dataclass(frozen=True, slots=True)
class Refusals:
    """Of calls from sources that got an answer or a typed refusal."""

    calls: int = 0
    # The most frequent first.
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        return sum(self.reasons.values())

    @property
    def share(self) -> float | None:
        return self.refused / self.calls if self.calls else None


@dataclass(frozen=True, slots=True)
class Shift:
    """Of last week's answers: how many a threshold would have refused besides, and how many fewer."""

    calls: int
    more: int
    fewer: int

    @property
    def refuses_most(self) -> bool:
        return bool(self.calls) and 2 * self.more >= self.calls


def refusals(at: datetime) -> Mapping[UUID, Refusals]:
    """Of each feature, over the last seven days."""
    counted: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = _grounded(at).values("feature", "refusal").annotate(calls=Count("*")).order_by("-calls", "refusal")
    for row in rows:
        counted[row["feature"]][row["refusal"]] = row["calls"]
    return {
        feature: Refusals(sum(found.values()), {reason: calls for reason, calls in found.items() if reason})
        for feature, found in counted.items()
    }


def shift(feature: UUID, threshold: Decimal, at: datetime) -> Shift:
    counted = _grounded(at).filter(feature=feature).aggregate(
        calls=Count("*"),
        more=Count("id", filter=Q(refusal="", confidence__lt=threshold)),
        fewer=Count("id", filter=Q(refusal=_LOW, confidence__gte=threshold)),
    )  # fmt: skip
    return Shift(**counted)


def calls_of(feature: UUID, at: datetime) -> int:
    """Of customers over the last seven days, with sources or without."""
    rows = HourlySpend.objects.filter(feature=feature).between(at - timedelta(days=DAYS), at)
    return rows.exclude(tenant=Tenant.objects.operator()).aggregate(calls=Sum("calls"))["calls"] or 0


def _grounded(at: datetime) -> CallQuerySet:
    """Of customers: the console's own evals see answers that nobody is given."""
    calls = Call.objects.since(at - timedelta(days=DAYS)).until(at)
    # What a budget or a stop refused has sources, and neither an answer nor a refusal for their sake.
    ended = Q(outcome="ok") | ~Q(refusal="")
    return calls.filter(ended, sources_given__isnull=False).exclude(tenant=Tenant.objects.operator())
