"""What one arm of a run did, in sums: pass rate, money, time, tokens, refusals, models."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from statistics import quantiles
from typing import Any

from evals.gate.limits import Sums
from evals.models import Result, Run
from evals.tallying import AGAIN


@dataclass(frozen=True, slots=True)
class ArmSums:
    """Of what could be measured; None where nothing could."""

    asked: int
    measured: int
    passed: int
    must_pass_measured: int
    must_pass_passed: int
    refused: int
    cost_usd: Decimal | None
    unpriced: int
    latency_ms: int
    latency_p95_ms: int | None
    input_tokens: int
    output_tokens: int
    # Measured, but nobody said how long they took, or with how many tokens.
    untimed: int
    uncounted: int
    models: dict[str, int]
    # By provider/model, as the gateway told who served.
    served: dict[str, int]

    @property
    def pass_rate(self) -> float | None:
        return self.passed / self.measured if self.measured else None

    def as_gate_sums(self) -> Sums:
        is_timed = self.measured > 0 and not self.untimed
        is_counted = self.measured > 0 and not self.uncounted
        return Sums(
            calls=self.measured,
            cost_usd=self.cost_usd,
            latency_seconds=Decimal(self.latency_ms) / 1000 if is_timed else None,
            tokens=self.input_tokens + self.output_tokens if is_counted else None,
        )

    def as_json(self) -> dict[str, Any]:
        each = self.measured or None
        return {
            "asked": self.asked,
            "measured": self.measured,
            "passed": self.passed,
            "pass_rate": self.pass_rate,
            "must_pass_measured": self.must_pass_measured,
            "must_pass_passed": self.must_pass_passed,
            "refused": self.refused,
            "refusal_rate": self.refused / each if each else None,
            "cost_usd": None if self.cost_usd is None else format(self.cost_usd, "f"),
            "cost_per_case_usd": None if self.cost_usd is None or not each else format(self.cost_usd / each, "f"),
            "unpriced": self.unpriced,
            "latency_ms": self.latency_ms / each if each else None,
            "latency_p95_ms": self.latency_p95_ms,
            "input_tokens": self.input_tokens / each if each else None,
            "output_tokens": self.output_tokens / each if each else None,
            "models": self.models,
            "served": self.served,
        }


def sums_of(run: Run, arm: str, must_pass: Collection[str]) -> ArmSums:
    # What was asked again for one case's sake would count that case more than once.
    rows = list(Result.objects.of(run).asked().filter(arm=arm, repeat__lt=AGAIN).only(*_FIELDS))
    measured = [row for row in rows if row.passed is not None]
    careful = [row for row in measured if row.case in must_pass]
    costs = [row.cost_usd for row in measured]
    times = sorted(row.latency_ms for row in measured if row.latency_ms is not None)
    return ArmSums(
        asked=len(rows),
        measured=len(measured),
        passed=sum(row.passed is True for row in measured),
        must_pass_measured=len(careful),
        must_pass_passed=sum(row.passed is True for row in careful),
        refused=sum(row.refused is True for row in measured),
        # One that nobody can price makes the sum unknown: it is not nothing.
        cost_usd=None if None in costs else sum((cost for cost in costs if cost is not None), Decimal()),
        unpriced=costs.count(None),
        latency_ms=sum(times),
        latency_p95_ms=round(quantiles(times, n=20)[-1]) if len(times) > 1 else None,
        input_tokens=sum(row.input_tokens or 0 for row in measured),
        output_tokens=sum(row.output_tokens or 0 for row in measured),
        untimed=len(measured) - len(times),
        uncounted=sum(None in (row.input_tokens, row.output_tokens) for row in measured),
        models=dict(Counter(row.model_returned for row in measured)),
        served=dict(Counter(row.model for row in measured)),
    )


_FIELDS = (
    "run", "arm", "case", "repeat", "passed", "refused", "cost_usd", "latency_ms", "input_tokens", "output_tokens",
    "model", "model_returned",
)  # fmt: skip
