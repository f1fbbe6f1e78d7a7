"""What most look for among calls, a chip each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

# From here on a call is slow, in milliseconds.
SLOW: Final = 5000


@dataclass(frozen=True, slots=True)
class Preset:
    label: str
    query: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    is_chosen: bool


PRESETS: Final = (
    Preset("All", {}),
    Preset("Errors", {"outcome": ("provider_error", "interrupted")}),
    Preset("Refused by us", {"outcome": ("refused",)}),
    Preset("Stopped", {"outcome": ("stopped",)}),
    Preset("Over budget", {"outcome": ("over_budget",)}),
    Preset("Fallbacks", {"fallback": ("yes",)}),
    Preset("Kept answers", {"kept": ("yes",)}),
    Preset("Made-up quotes", {"quotes": ("bad",)}),
    Preset("Withheld", {"grounding": ("withheld",)}),
    Preset("Unpriced", {"price": ("unpriced",)}),
    Preset("Slow", {"ms": (str(SLOW),)}),
    Preset("Evals’ own", {"own": ("yes",)}),
)
_TAKEN: Final = {name for preset in PRESETS for name in preset.query}


def chips(query: Mapping[str, Sequence[str]], *, shows_own: bool) -> list[Chip]:
    """Each keeps the other filters, and takes the place of what another preset asks for.

    `shows_own`: also what the console makes itself.
    """
    kept = {name: values for name, values in query.items() if name not in _TAKEN}
    now = {name: sorted(values) for name, values in query.items() if name in _TAKEN}
    return [
        Chip(each.label, f"?{urlencode({**kept, **each.query}, doseq=True)}", _sorted(each.query) == now)
        for each in PRESETS
        if shows_own or "own" not in each.query
    ]


def _sorted(query: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in query.items()}
