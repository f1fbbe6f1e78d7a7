"""The attempts of a call as bars, one after another. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from costs.records import Hop
from costs.views.calls.wording import reason_of

# The bars are stretched to the page's width.
WIDTH: Final = 1000
_LEAST: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    hop: Hop
    x: float
    width: float
    is_last: bool

    @property
    def told(self) -> str:
        return reason_of(self.hop.reason, self.hop.status)

    @property
    def is_good(self) -> bool:
        return not self.hop.reason and self.hop.status < 400

    @property
    def began_ms(self) -> int:
        return round(self.x)


@dataclass(frozen=True, slots=True)
class Waterfall:
    bars: Sequence[Bar]
    total_ms: int
    # Where the first part of the answer came; None when that is not known.
    first_x: float | None

    @property
    def sentence(self) -> str:
        """For those who do not see the bars."""
        tried = [f"{bar.hop.model} of {bar.hop.provider} {bar.told} after {bar.hop.ms:,} ms" for bar in self.bars]
        return "; then ".join(tried)


def waterfall(hops: Sequence[Hop], *, latency_ms: int | None, first_chunk_ms: int | None) -> Waterfall:
    tried = sum(hop.ms for hop in hops)
    total = max(tried, latency_ms or 0, 1)
    # An attempt that streams is measured to its first words, and goes on to the end.
    is_streamed = first_chunk_ms is not None and hops and not hops[-1].reason
    streams = total - max(first_chunk_ms or 0, tried) if is_streamed else 0
    # What went before the first attempt, and between attempts, is not told apart: it stands at the beginning.
    start, bars = max(0, total - streams - tried), []
    for place, hop in enumerate(hops, 1):
        width = max(_LEAST, (hop.ms + (streams if place == len(hops) else 0)) / total * WIDTH)
        bars.append(Bar(hop, min(start / total * WIDTH, WIDTH - width), width, place == len(hops)))
        start += hop.ms
    first = None if first_chunk_ms is None else min(WIDTH, first_chunk_ms / total * WIDTH)
    return Waterfall(bars, total, first)
