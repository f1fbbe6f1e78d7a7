"""How two arms differ, in plain words. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from aiops.lib import figures
from costs.arms import LEAST, Arm, Difference, Measure

# Milliseconds; below, seconds with two places tell too little.
_SHORT: Final = 100
TOO_SOON: Final = "Could not measure yet: it has only just begun. The first figures come in a minute."


class _Wording(NamedTuple):
    more: str
    less: str
    # A value, and how far two values are apart.
    value: Callable[[Decimal], str]
    apart: Callable[[Decimal, Decimal], str]


def sentences(head: Arm, base: Arm, found: Sequence[Difference], *, names: tuple[str, str]) -> tuple[str, ...]:
    """What was seen to differ, the gravest first; else that nothing was, or that it is too early. Never nothing."""
    if not any(each.is_measured for each in found):
        return (_too_early(head, base, names),)
    seen = tuple(_told(each, names[0]) for each in found if each.is_seen)
    return (*(seen or (_no_difference(head, names[0]),)), *_unmeasured(found))


def remarks(pinned: int, unmarked: int) -> tuple[str, ...]:
    """Which calls count in neither arm, and which do though nobody knows whether they should."""
    return (*_without(pinned), *_nobody_knows(unmarked))


def _without(pinned: int) -> Iterator[str]:
    if pinned:
        named = "that named its version itself" if pinned == 1 else "that named their version themselves"
        yield f"Without {_calls(pinned)} {named}."


def _nobody_knows(unmarked: int) -> Iterator[str]:
    """They were recorded before gateways told it."""
    if unmarked:
        yield f"Of {_calls(unmarked)} the records do not say who chose the version: those that named it count, too."


def _too_early(head: Arm, base: Arm, names: tuple[str, str]) -> str:
    counts = f"{_calls(head.judged)} of {names[0]} and {figures.exact(base.judged)} of {names[1]}"
    return f"Could not measure yet: {counts}; each takes {LEAST}."


def _no_difference(head: Arm, name: str) -> str:
    so_far = f"so far {figures.exact(head.failed)} of {_calls(head.judged)} of {name} failed"
    return f"No difference seen; {so_far}, {figures.exact(head.refused)} {_were(head.refused)} refused."


def _unmeasured(found: Sequence[Difference]) -> Iterator[str]:
    missing = [_NAMES[each.measure] for each in found if not each.is_measured]
    if missing:
        yield f"Could not measure yet: {', '.join(missing)}."


def _told(seen: Difference, name: str) -> str:
    words = _WORDINGS[seen.measure]
    low, high = seen.low or Decimal(), seen.high or Decimal()
    is_more = low > 0
    near, far = (low, high) if is_more else (-high, -low)
    values = f"{words.value(seen.head or Decimal())} against {words.value(seen.base or Decimal())}"
    more = f"{words.apart(near, far)} {'more' if is_more else 'less'}"
    return f"{name} {words.more if is_more else words.less}: {values} (between {more})."


def _calls(count: int) -> str:
    return f"{figures.exact(count)} call{'' if count == 1 else 's'}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _percent(value: Decimal) -> str:
    return f"{value * 100:.1f}%"


def _points(low: Decimal, high: Decimal) -> str:
    return f"{low * 100:.1f} and {high * 100:.1f} points"


def _usd(value: Decimal) -> str:
    """Two digits that say something, two places at least."""
    places = max(2, 1 - value.adjusted()) if value else 2
    return f"${value:.{places}f}"


def _money(low: Decimal, high: Decimal) -> str:
    return f"{_usd(low)} and {_usd(high)}"


def _seconds(value: Decimal) -> str:
    """`12 ms` below a tenth of a second, then `0.80 s`."""
    return f"{value:.0f} ms" if abs(value) < _SHORT else f"{value / 1000:.2f} s"


def _span(low: Decimal, high: Decimal) -> str:
    if max(abs(low), abs(high)) < _SHORT:
        return f"{low:.0f} and {high:.0f} ms"
    return f"{low / 1000:.2f} and {high / 1000:.2f} s"


def _tokens(value: Decimal) -> str:
    return f"{value:.0f}"


def _range(low: Decimal, high: Decimal) -> str:
    return f"{low:.0f} and {high:.0f}"


_NAMES: Final[Mapping[Measure, str]] = {
    Measure.FAILED: "failures",
    Measure.REFUSED: "refusals",
    Measure.COST: "cost",
    Measure.LATENCY: "latency",
    Measure.OUTPUT_TOKENS: "length of answers",
}
_WORDINGS: Final[Mapping[Measure, _Wording]] = {
    Measure.FAILED: _Wording("fails more often", "fails less often", _percent, _points),
    Measure.REFUSED: _Wording("is refused more often", "is refused less often", _percent, _points),
    Measure.COST: _Wording("costs more a call", "costs less a call", _usd, _money),
    Measure.LATENCY: _Wording("answers more slowly", "answers faster", _seconds, _span),
    Measure.OUTPUT_TOKENS: _Wording("gives longer answers", "gives shorter answers", _tokens, _range),
}
