"""States as pages show them: a tone, which has a shape and a colour, a word, and a part of the bar. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from readiness.evidence import State
from readiness.items import BAR, ITEMS, Group
from readiness.standing import FeatureStanding, Standing

TONES: Final = {
    State.MET: "ok",
    State.NOT_APPLICABLE: "held",
    State.STALE: "warn",
    State.WAIVED: "warn",
    State.NOT_MET: "bad",
    State.NOT_MEASURED: "plain",
}
# The order along the bar: what counts first.
_ALONG: Final = tuple(TONES)
_STEP: Final = 10


@dataclass(frozen=True, slots=True)
class Part:
    """Of the bar: so many items in one state, side by side."""

    state: State
    count: int
    x: int

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def width(self) -> int:
        return self.count * _STEP


@dataclass(frozen=True, slots=True)
class Bar:
    """As wide as the items are many, with a line where enough of them are met."""

    parts: Sequence[Part]
    counted: int

    width: int = len(ITEMS) * _STEP
    line: int = BAR * _STEP

    @property
    def short(self) -> int:
        return max(0, BAR - self.counted)

    @property
    def told(self) -> str:
        states = ", ".join(f"{part.count} {part.state.word.lower()}" for part in self.parts)
        return f"{self.counted} of {len(ITEMS)} count, {BAR} are needed: {states}"


def bar_of(found: FeatureStanding) -> Bar:
    parts, place = [], 0
    for state in _ALONG:
        count = found.counts[state]
        parts += [Part(state, count, place * _STEP)] if count else []
        place += count
    return Bar(parts, found.counted)


@dataclass(frozen=True, slots=True)
class Row:
    standing: Standing
    ends_soon: bool

    @property
    def tone(self) -> str:
        return TONES[self.standing.state]


@dataclass(frozen=True, slots=True)
class Section:
    """A group of items: those that were asked for, and how many of all of it count."""

    group: Group
    rows: Sequence[Row]
    counted: int
    size: int


def sections_of(found: FeatureStanding, shown: Iterable[Row]) -> list[Section]:
    rows = list(shown)
    sections = []
    for group in Group:
        mine = [each for each in found.items if each.item.group is group]
        asked = [row for row in rows if row.standing.item.group is group]
        sections.append(Section(group, asked, sum(each.state.counts for each in mine), len(mine)))
    return [section for section in sections if section.rows]
