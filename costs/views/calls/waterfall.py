"""Where a call's time went, row by row: its attempts, and what the gateway did before, between and after them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from costs.hops import Bill, Hop
from costs.pricing import plain_text
from costs.reason_words import reason_of
from costs.reasons import HopReason, has_begun, was_asked

# The bars are stretched to the page's width.
WIDTH: Final = 1000
_LEAST: Final = 4
# What takes less, in milliseconds, is no row of its own.
_NOTABLE: Final = 1
_UNGROUNDED: Final = (HopReason.UNVERIFIED, HopReason.INVALID_ANSWER)


@dataclass(frozen=True, slots=True)
class Timing:
    """What of a call its waterfall is drawn from."""

    latency_ms: int | None
    first_chunk_ms: int | None
    # Its answer went out as it came, so that its last attempt lasted to the end.
    is_relayed: bool = False
    is_grounded: bool = False
    # Its last attempt answered, but in a form that nobody can use.
    is_unreadable: bool = False
    # Why its answer, which its caller had begun to read, never ended.
    broke_off: HopReason | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`hop` is None of what the gateway did itself."""

    began_ms: int
    ms: int
    told: str
    hop: Hop | None = None
    bill: Bill | None = None
    is_good: bool = False
    is_last: bool = False
    # Of an answer that was passed on as it came: how long its first words took, and whether it ever ended.
    first_words_ms: int | None = None
    is_broken: bool = False
    x: float = 0
    width: float = 0

    @property
    def is_asked(self) -> bool:
        """False of a model that was passed over, or whose earlier answer was given."""
        return self.hop is not None and was_asked(self.hop.reason)

    @property
    def end_x(self) -> float:
        return min(self.x + self.width, WIDTH - 1)

    @property
    def cost(self) -> str:
        return "" if self.bill is None or self.bill.cost is None else plain_text(self.bill.cost)


@dataclass(frozen=True, slots=True)
class Waterfall:
    rows: Sequence[Row]
    total_ms: int
    # Where the first part of the answer came; None when that is not known.
    first_x: float | None
    # When each attempt began was not written down: they are drawn one after another.
    is_approximate: bool

    @property
    def bars(self) -> Sequence[Row]:
        return [row for row in self.rows if row.hop is not None]

    @property
    def has_bills(self) -> bool:
        return any(row.bill is not None for row in self.rows)

    @property
    def is_broken(self) -> bool:
        return any(row.is_broken for row in self.rows)

    @property
    def is_partly_lost(self) -> bool:
        return any(row.bill is not None and row.bill.is_estimated and not row.is_last for row in self.rows)

    @property
    def tokens(self) -> tuple[int, int]:
        bills = [row.bill for row in self.rows if row.bill is not None]
        return sum(bill.input_tokens for bill in bills), sum(bill.output_tokens for bill in bills)

    @property
    def cost(self) -> Decimal | None:
        """Of all attempts together; None when one of them has no price."""
        costs = [row.bill.cost for row in self.rows if row.bill is not None]
        return sum((cost for cost in costs if cost is not None), Decimal()) if None not in costs else None


def waterfall(hops: Sequence[Hop], timing: Timing) -> Waterfall:
    is_approximate = any(hop.began_ms is None for hop in hops)
    total = max(sum(hop.ms for hop in hops) if is_approximate else 0, timing.latency_ms or 0, 1)
    rows = list(_one_after_another(hops, timing, total) if is_approximate else _as_they_began(hops, timing, total))
    total = max([total, *(row.began_ms + row.ms for row in rows)])
    last = max((place for place, row in enumerate(rows) if row.hop is not None), default=None)
    if last is not None and timing.is_unreadable:
        rows[last] = replace(rows[last], told=reason_of(HopReason.INVALID_ANSWER, 0), is_good=False)
    if last is not None and timing.broke_off is not None:
        rows[last] = _broken(rows[last], timing.broke_off)
    drawn = [_drawn(replace(row, is_last=place == last), total) for place, row in enumerate(rows)]
    first = None if timing.first_chunk_ms is None else min(WIDTH, timing.first_chunk_ms / total * WIDTH)
    return Waterfall(drawn, total, first, is_approximate)


def _drawn(row: Row, total: int) -> Row:
    width = max(_LEAST, row.ms / total * WIDTH)
    return replace(row, x=min(row.began_ms / total * WIDTH, WIDTH - width), width=width)


def _broken(row: Row, why: HopReason) -> Row:
    """Its own reason says more than that of its call, where it has one."""
    told = row.told if row.hop is not None and row.hop.reason else reason_of(why, 0)
    return replace(row, told=told, is_good=False, is_broken=True)


def _one_after_another(hops: Sequence[Hop], timing: Timing, total: int) -> Iterator[Row]:
    tried = sum(hop.ms for hop in hops)
    # An attempt that streams is measured to its first words, and goes on to the end.
    is_streamed = timing.first_chunk_ms is not None and hops and has_begun(hops[-1].reason, hops[-1].status)
    streams = total - max(timing.first_chunk_ms or 0, tried) if is_streamed else 0
    # What went before the first attempt, and between attempts, is not told apart: it stands at the beginning.
    start = max(0, total - streams - tried)
    for place, hop in enumerate(hops, 1):
        goes_on = is_streamed and place == len(hops)
        yield _attempt(hop, start, hop.ms + (streams if goes_on else 0), goes_on=bool(goes_on))
        start += hop.ms


def _as_they_began(hops: Sequence[Hop], timing: Timing, total: int) -> Iterator[Row]:
    """With a row for what lies between them."""
    at, before = 0, ""
    for place, hop in enumerate(hops, 1):
        began = hop.began_ms or 0
        if began - at >= _NOTABLE:
            yield _own(at, began, _before(place, before))
        goes_on = timing.is_relayed and place == len(hops) and has_begun(hop.reason, hop.status)
        yield _attempt(hop, began, max(hop.ms, total - began) if goes_on else hop.ms, goes_on=goes_on)
        at, before = max(at, total if goes_on else began + hop.ms), hop.reason
    if total - at >= _NOTABLE:
        yield _own(at, total, _after(hops, timing))


def _attempt(hop: Hop, began: int, ms: int, *, goes_on: bool) -> Row:
    is_good = not hop.reason and hop.status < 400
    told = reason_of(hop.reason, hop.status)
    is_broken = goes_on and bool(hop.reason)
    return Row(began, ms, told, hop, hop.bill, is_good, first_words_ms=hop.ms if goes_on else None, is_broken=is_broken)


def _own(since: int, until: int, told: str) -> Row:
    return Row(since, until - since, told)


def _before(place: int, reason: str) -> str:
    if place == 1:
        return "read, checked, reserved"
    return "quotes checked, repair asked" if reason in _UNGROUNDED else "wait before the next attempt"


def _after(hops: Sequence[Hop], timing: Timing) -> str:
    if not hops:
        return "turned away"
    if hops[-1].reason == HopReason.CACHED:
        return "answer sent"
    if hops[-1].reason:
        return "given up"
    return "quotes checked, answer sent" if timing.is_grounded else "answer sent"
