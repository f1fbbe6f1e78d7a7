"""What is served of a prompt beside what everybody gets: to shares of people, and to tenants."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

# So many lanes are told one by one.
_NAMED: Final = 3


def environments_of(row: Mapping[str, Any]) -> list[str]:
    """Those that serve anybody anything of it."""
    return sorted({*row["live"], *(lane["environment"] for lane in _lanes(row))})


def beside(row: Mapping[str, Any], environment: str) -> str | None:
    """`v3 to 25%; v2 to acme`, `12 tenants: v2, v3`; None: all get what everybody gets."""
    there = [lane for lane in _lanes(row) if lane["environment"] == environment]
    common = [_words(row, lane) for lane in there if lane["tenant"] is None]
    own = [lane for lane in there if lane["tenant"] is not None]
    return "; ".join([*common, *(_each(row, own) if len(own) <= _NAMED else [_counted(row, own)])]) or None


def _lanes(row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [*row["canaries"], *row["tenants"]]


def _each(row: Mapping[str, Any], lanes: Iterable[Mapping[str, Any]]) -> list[str]:
    return [_words(row, lane) for lane in sorted(lanes, key=lambda lane: (lane["tenant"], -lane["percent"]))]


def _words(row: Mapping[str, Any], lane: Mapping[str, Any]) -> str:
    share = "" if lane["percent"] == 100 else f"{lane['percent']}%"
    whose = " of ".join(word for word in (share, lane["tenant"]) if word)
    return f"{_label(row, lane)} to {whose}"


def _counted(row: Mapping[str, Any], lanes: Sequence[Mapping[str, Any]]) -> str:
    labels = sorted({_label(row, lane) for lane in lanes}, key=lambda label: (len(label), label))
    tenants = len({lane["tenant"] for lane in lanes})
    return f"{f'{tenants:,} tenants' if tenants > 1 else lanes[0]['tenant']}: {', '.join(labels)}"


def _label(row: Mapping[str, Any], lane: Mapping[str, Any]) -> str:
    return str(row["labels"].get(lane["version"], lane["version"][:10]))
