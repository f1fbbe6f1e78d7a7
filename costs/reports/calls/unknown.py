"""Why nothing fits: a name in the question that is nobody's. Pure."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from costs.reports.calls.wanted import Wanted

# More names than these are no help.
_MOST: Final = 20


class Unknown(NamedTuple):
    """`field` is the one of what is wanted; `allowed` the names that there are, the likeliest first."""

    field: str
    value: str
    allowed: str


def unknown(wanted: Wanted, known: Mapping[str, Collection[str]]) -> Unknown | None:
    """`known`: the names that there are, by field. For a question that found nothing: what is gone has its calls."""
    for field, names in known.items():
        value = getattr(wanted, field)
        if value is not None and value not in names:
            return Unknown(field, value, _listed(value, names))
    return None


def _listed(value: str, names: Collection[str]) -> str:
    close = get_close_matches(value, names, n=3, cutoff=0.6)
    ordered = [*close, *(name for name in sorted(names) if name not in close)]
    more = f" or one of {len(ordered) - _MOST} others" if len(ordered) > _MOST else ""
    return ", ".join(ordered[:_MOST]) + more if ordered else "none yet: there is none"
