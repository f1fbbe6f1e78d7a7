"""The cases of a run as the left side of its page lists them: chips, the chosen ones, a window of fifty."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from django.http import Http404

from evals.comparing.causes import cause_of, flips_of
from evals.comparing.cells import CHANGED, Cell, Kind
from evals.comparing.content import CaseText
from evals.models import Run

WINDOW: Final = 50
# On a phone, until the rest is asked for.
NEAR: Final = 4
_LABELS: Final = {
    Kind.REGRESSED: "Regressed",
    Kind.MISSING: "Not measured",
    Kind.NEW: "Only in head",
    Kind.FIXED: "Fixed",
    Kind.REWORDED: "Reworded",
    Kind.SAME: "Same",
    Kind.FAILING: "Failing",
    Kind.PASSING: "Passing",
}
_ALWAYS: Final = {Kind.REGRESSED, Kind.FIXED, Kind.REWORDED, Kind.SAME, Kind.FAILING, Kind.PASSING}
_OF_ONE: Final = (Kind.FAILING, Kind.MISSING, Kind.PASSING)
_OF_TWO: Final = (Kind.REGRESSED, Kind.MISSING, Kind.NEW, Kind.FIXED, Kind.REWORDED, Kind.SAME)
_ALL: Final = "changed"
_GLYPHS: Final = {
    Kind.REGRESSED: ("▼", "bad"), Kind.MISSING: ("◇", "warn"), Kind.NEW: ("◇", "warn"), Kind.FIXED: ("▲", "ok"),
    Kind.REWORDED: ("=", "dim"), Kind.SAME: ("=", "dim"), Kind.FAILING: ("✕", "bad"), Kind.PASSING: ("✓", "ok"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    only: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the list."""

    cell: Cell
    title: str
    cause: str = ""
    only: str = ""
    is_near: bool = False

    @property
    def address(self) -> str:
        return address_of(self.cell.key, self.only)

    @property
    def label(self) -> str:
        return _LABELS[self.cell.kind]

    @property
    def glyph(self) -> str:
        return _GLYPHS[self.cell.kind][0]

    @property
    def tone(self) -> str:
        return _GLYPHS[self.cell.kind][1]

    @property
    def pill(self) -> str:
        return "plain" if self.tone == "dim" else self.tone


@dataclass(frozen=True, slots=True)
class Board:
    """`found`: the chosen cases, of which `lines` are in the window; `opened` may be none of them."""

    only: str
    chips: Sequence[Chip]
    found: Sequence[Cell]
    lines: Sequence[Line]
    opened: Cell | None
    first: int

    @property
    def keys(self) -> list[str]:
        return [cell.key for cell in self.found]

    @property
    def last(self) -> int:
        return self.first + len(self.lines)

    @property
    def hidden_on_a_phone(self) -> int:
        return max(0, len(self.found) - NEAR)

    @property
    def earlier(self) -> str:
        """The address of the window before this one; empty when there is none."""
        return self._at(max(0, self.first - WINDOW)) if self.first else ""

    @property
    def later(self) -> str:
        return self._at(self.last)

    @property
    def previous(self) -> str:
        return self._beside(-1)

    @property
    def next(self) -> str:
        return self._beside(1)

    def _beside(self, step: int) -> str:
        place = next((place for place, cell in enumerate(self.found) if cell == self.opened), None)
        return "" if place is None else self._at(place + step)

    def _at(self, place: int) -> str:
        return address_of(self.found[place].key, self.only) if 0 <= place < len(self.found) else ""


def address_of(case: str, only: str) -> str:
    return f"?{urlencode({'only': only, 'case': case}, quote_via=quote)}"


def board(run: Run, cells: Sequence[Cell], cases: Mapping[str, CaseText], *, only: str, case: str) -> Board:
    counts = Counter(cell.kind for cell in cells)
    opened = _named(cells, case) if case else None
    chosen = only if only in _choices(run) else _first_choice(run, counts, opened)
    found = [cell for cell in cells if _is_chosen(cell, chosen)]
    opened = opened or (found[0] if found else None)
    place = next((index for index, cell in enumerate(found) if cell == opened), 0)
    first = place - place % WINDOW
    lines = _lines(run, found[first : first + WINDOW], cases, chosen, near=place - first)
    return Board(chosen, _chips(run, counts), found, lines, opened, first)


def _lines(run: Run, shown: Sequence[Cell], cases: Mapping[str, CaseText], only: str, *, near: int) -> list[Line]:
    flips = flips_of(run, shown)
    start = max(0, min(near - 1, len(shown) - NEAR))
    return [
        Line(cell, cases[cell.key].title, cause_of(cell, cases[cell.key], flips), only, start <= index < start + NEAR)
        for index, cell in enumerate(shown)
    ]


def _choices(run: Run) -> set[str]:
    return {*map(str, _kinds(run)), _ALL}


def _kinds(run: Run) -> Sequence[Kind]:
    return _OF_TWO if run.is_comparison else _OF_ONE


def _named(cells: Sequence[Cell], key: str) -> Cell:
    found = next((cell for cell in cells if cell.key == key), None)
    if found is None:
        raise Http404
    return found


def _first_choice(run: Run, counts: Counter[Kind], opened: Cell | None) -> str:
    """What needs a look; a case that is named brings its own kind."""
    if opened is not None:
        return opened.kind
    if not run.is_comparison:
        return Kind.FAILING if counts[Kind.FAILING] else _ALL
    if counts[Kind.REGRESSED]:
        return Kind.REGRESSED
    return _ALL if any(counts[kind] for kind in CHANGED) else Kind.SAME


def _is_chosen(cell: Cell, chosen: str) -> bool:
    if chosen != _ALL:
        return cell.kind == chosen
    return cell.kind != Kind.SAME


def _chips(run: Run, counts: Counter[Kind]) -> list[Chip]:
    """Of every kind that there is, and of the usual ones always."""
    kinds = [kind for kind in _kinds(run) if counts[kind] or kind in _ALWAYS]
    chips = [Chip(kind, _LABELS[kind], counts[kind]) for kind in kinds]
    total = counts.total() - counts[Kind.SAME]
    return [*chips, Chip(_ALL, "All changed" if run.is_comparison else "All", total)]
