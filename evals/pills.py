"""A run's verdict as pages show it: a tone, which has a shape and a colour, and a word."""

from dataclasses import dataclass
from typing import Final

from evals.models import Run

_VERDICTS: Final = {
    "blocked": ("bad", "Blocked"),
    "pass": ("ok", "Pass"),
    "inconclusive": ("warn", "Inconclusive"),
    "could not measure": ("plain", "Could not measure"),
}
_STATES: Final = {
    "running": ("plain", "Running"),
    "cancelled": ("plain", "Cancelled"),
    "finished": ("plain", "Measured"),
}


@dataclass(frozen=True, slots=True)
class Pill:
    tone: str
    word: str


def pill_of(run: Run) -> Pill:
    return Pill(*(_VERDICTS.get(run.verdict) or _STATES[run.state]))
