"""Which calls of two versions of a prompt count in an arm, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, Case, Count, F, FloatField, Q, Sum, Value, When
from django.db.models.fields import DecimalField
from django.db.models.functions import Cast

from costs.arms import Arm, Mean
from costs.models import CallQuerySet
from costs.records import Outcome, PriceMatch, PromptChoice

_WITHHELD: Final = Q(outcome=Outcome.REFUSED) | ~Q(refusal="")
_OK: Final = Q(outcome=Outcome.OK, refusal="")
_FAILED: Final = Q(outcome__in=(Outcome.PROVIDER_ERROR, Outcome.INTERRUPTED), refusal="")
_PRICED: Final = Q(price_match=PriceMatch.EXACT)
# An answer that was kept took no model's time.
_TIMED: Final = _OK & ~Q(price_match=PriceMatch.NOTHING_ASKED) & Q(latency_ms__isnull=False)
_ANSWERED: Final = _OK & ~Q(price_match=PriceMatch.NOTHING_ASKED)
_PINNED: Final = Q(prompt_choice=PromptChoice.PINNED)
# Of a gateway that did not tell: some of them may be pinned.
_UNMARKED: Final = Q(prompt_choice="")
_OWN: Final = Q(prompt_choice__in=(PromptChoice.TENANT, PromptChoice.TENANT_CANARY))
_IN_AN_ARM: Final = "arm"
_LEFT_OUT: Final = "left out"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Calls of both versions that count in neither arm, as their tenants had a lane of their own at the time."""

    calls: int = 0
    tenants: int = 0


@dataclass(frozen=True, slots=True)
class ArmCalls:
    """`arms` by the version's hash. Each call is in one of them, pinned or left out; unmarked ones are in them."""

    arms: Mapping[str, Arm] = field(default_factory=dict)
    left_out: LeftOut = LeftOut()
    pinned: int = 0
    unmarked: int = 0


def count_arms(calls: CallQuerySet, *, apart: Q | None) -> ArmCalls:
    """`apart`: calls of which everybody's canary says nothing; None: it is a tenant's, whose own lanes belong to it.

    All is counted in one walk through the calls, of which there may be very many.
    """
    placed = calls.order_by().annotate(place=_place(apart)).values("prompt_version", "place")
    whose_calls = ArrayAgg("tenant_id", distinct=True, filter=Q(place=_LEFT_OUT))
    rows: list[Any] = list(placed.annotate(**_SUMS, whose=whose_calls))
    left_out = [row for row in rows if row["place"] == _LEFT_OUT]
    whose = {tenant for row in left_out for tenant in row["whose"]}
    inside = [row for row in rows if row["place"] == _IN_AN_ARM]
    return ArmCalls(
        {row["prompt_version"]: _arm(row) for row in inside},
        LeftOut(_calls(left_out), len(whose)),
        _calls([row for row in rows if row["place"] == PromptChoice.PINNED]),
        sum(row["n_unmarked"] for row in inside),
    )


def _place(apart: Q | None) -> Case:
    pinned = When(_PINNED, then=Value(PromptChoice.PINNED))
    left_out = () if apart is None else (When(apart | _OWN, then=Value(_LEFT_OUT)),)
    return Case(pinned, *left_out, default=Value(_IN_AN_ARM))


def _calls(rows: list[dict[str, Any]]) -> int:
    return sum(row["n_calls"] for row in rows)


class _Percentile(Aggregate):
    """Only over rows that have a value."""

    function = "PERCENTILE_CONT"
    name = "Percentile"

    def __init__(self, share: float, field: str, *, filter: Q) -> None:
        template = f"%(function)s({share}) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"
        super().__init__(field, filter=filter, template=template, output_field=FloatField())


def _squares(field: str, chosen: Q) -> Sum:
    exact = Cast(F(field), DecimalField())
    return Sum(exact * exact, filter=chosen, output_field=DecimalField())


_SUMS: Final[dict[str, Any]] = {
    "n_calls": Count("id"),
    "n_unmarked": Count("id", filter=_UNMARKED),
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
