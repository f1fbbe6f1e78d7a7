"""How soon a stop was in force, over many drills. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

# Upper bounds in seconds; what is slower is in the last one, without a bound.
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class Summary:
    """Of every process of every drill, from the stop to its being in force there. None: there was none."""

    drills: int
    passed: int
    samples: int
    p50: float | None
    p99: float | None
    max: float | None
    # Samples by `BOUNDS`; the last one holds the slower ones.
    histogram: tuple[int, ...]


def summarise(samples: Iterable[float], *, drills: int, passed: int) -> Summary:
    known = sorted(samples)
    return Summary(
        drills=drills,
        passed=passed,
        samples=len(known),
        p50=quantile(known, 0.5),
        p99=quantile(known, 0.99),
        max=known[-1] if known else None,
        histogram=histogram(known),
    )


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """A value that was measured, never one in between: at least this share took no longer."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def histogram(samples: Iterable[float]) -> tuple[int, ...]:
    counts = [0] * (len(BOUNDS) + 1)
    for sample in samples:
        counts[next((place for place, bound in enumerate(BOUNDS) if sample <= bound), len(BOUNDS))] += 1
    return tuple(counts)
