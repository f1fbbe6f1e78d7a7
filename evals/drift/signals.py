"""What of a canary run is watched. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from aiops.lib import figures
from evals.gate.rules import Rules

type Arm = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signal:
    """`value` reads it from a run's sums, None when it was not measured; `floor`: the noise that a mean must have."""

    name: str
    label: str
    value: Callable[[Arm], float | None]
    floor: Callable[[float, int], float]
    shown: Callable[[float], str]
    # Whether more of it is worse.
    is_worse_up: bool
    # No run can have more of it.
    most: float | None = None

    def of(self, arm: Arm) -> float | None:
        """None where it was not measured, also when what was is too little to speak for all."""
        return self.value(arm) if is_measured(arm) else None

    def within(self, value: float) -> float:
        """A band of three deviations may leave what is possible."""
        return max(0.0, value if self.most is None else min(value, self.most))


def is_measured(arm: Arm) -> bool:
    asked, measured = int(arm.get("asked", 0)), int(arm.get("measured", 0))
    return measured > 0 and asked - measured <= asked * Rules().most_unmeasured


def _number(name: str) -> Callable[[Arm], float | None]:
    def read(arm: Arm) -> float | None:
        value = arm.get(name)
        return None if value is None else float(value)

    return read


def _of_one_case(mean: float, cases: int) -> float:
    """A rate cannot move by less than one case."""
    return 1 / max(1, cases)


def _share_of(share: float) -> Callable[[float, int], float]:
    return lambda mean, cases: abs(mean) * share


def _percent(value: float) -> str:
    return figures.percent(Decimal(str(value)))


SIGNALS: Final = (
    Signal("pass_rate", "Pass rate", _number("pass_rate"), _of_one_case, _percent, False, most=1.0),
    Signal("refusal_rate", "Refusals", _number("refusal_rate"), _of_one_case, _percent, True, most=1.0),
    Signal("latency_ms", "Latency", _number("latency_ms"), _share_of(0.25), lambda value: f"{value:,.0f} ms", True),
    Signal(
        "cost_per_case_usd", "Cost a case", _number("cost_per_case_usd"), _share_of(0.02),
        lambda value: figures.money(Decimal(str(value))), True,
    ),
)  # fmt: skip
# Not a number: what the provider calls itself. Another name is an event, without statistics.
MODEL: Final = "model"
MODEL_LABEL: Final = "Returned model"


def models_of(arm: Arm) -> tuple[str, ...]:
    return tuple(sorted(name for name in arm.get("models", {}) if name))


LABELS: Final = {signal.name: signal.label for signal in SIGNALS} | {MODEL: MODEL_LABEL}
