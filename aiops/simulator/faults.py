"""Faults on demand: named in the call itself, or set for a model, or for all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

STATUSES: Final = frozenset({"400", "401", "403", "404", "422", "429", "500", "502", "503", "529"})
KINDS: Final = STATUSES | {
    *("timeout", "slow", "drop", "invalid_json", "context_overflow"),
    # Of a grounded answer.
    *("fabricated_quote", "wrong_source", "unreadable_answer", "low_confidence"),
    # Another model's name with the same answers; the same name with worse answers.
    *("drifted_model", "drifted_answers"),
}
ALL_MODELS: Final = "*"
SLOW_MS: Final = 3000


class UnknownFault(ValueError):
    def __init__(self, kind: object) -> None:
        super().__init__(f"fault is {kind!r}; allowed: {', '.join(sorted(KINDS))}.")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one call goes. Without a fault, only its pace."""

    fault: str = ""
    retry_after: float | None = None
    delay_ms: int = 0
    # The answer in exactly that many pieces; 0: a piece a word.
    chunks: int = 0
    chunk_delay_ms: int = 0
    # The share of the prompt that a warm cache holds, 0 to 1.
    cached: float = 0.0

    @classmethod
    def parse(cls, wanted: Mapping[str, Any], otherwise: "Behaviour") -> Self | "Behaviour":
        """From `x_simulate`, a control request or a flag; what is not said stays as it is otherwise."""
        fault = str(wanted.get("fault") or otherwise.fault)
        if fault and fault not in KINDS:
            raise UnknownFault(wanted["fault"])
        # Of a fault that was set before, also how late it answers.
        delay_ms = SLOW_MS if wanted.get("fault") == "slow" else otherwise.delay_ms
        retry_after = wanted.get("retry_after", otherwise.retry_after)
        return replace(
            otherwise,
            fault=fault,
            retry_after=None if retry_after is None else float(retry_after),
            delay_ms=int(wanted.get("delay_ms", delay_ms)),
            chunks=int(wanted.get("chunks", otherwise.chunks)),
            chunk_delay_ms=int(wanted.get("chunk_delay_ms", otherwise.chunk_delay_ms)),
            cached=float(wanted.get("cached", otherwise.cached)),
        )


QUICK: Final = Behaviour()


class Faults:
    """What was set through the control address or on the command line, by model."""

    def __init__(self, usual: Behaviour) -> None:
        self.usual = usual
        self._set: dict[str, tuple[Behaviour, int | None]] = {}

    def set(self, model: str, behaviour: Behaviour, count: int | None = None) -> None:
        """For the next `count` calls of the model; for all of them when None."""
        self._set[model] = (behaviour, count)

    def clear(self) -> None:
        self._set.clear()

    def take(self, model: str) -> Behaviour:
        """How this call of the model goes; uses up one of a counted fault."""
        key = model if model in self._set else ALL_MODELS
        behaviour, count = self._set.get(key, (self.usual, None))
        if count is not None:
            self._set[key] = (behaviour, count - 1)
            if count <= 1:
                del self._set[key]
        return behaviour

    def listed(self) -> list[dict[str, Any]]:
        return [{"model": model, "fault": each.fault, "count": count} for model, (each, count) in self._set.items()]
