"""The case that is open: what was asked, both answers beside each other, what every check says. Its rows only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from django.http import Http404

from aiops.lib import figures
from aiops.lib.showing import short, visible
from aiops.lib.word_diff import Piece, compared, unmarked
from evals import wording
from evals.comparing.cells import Kind, cell_of
from evals.comparing.content import CaseText
from evals.models import Result, Run
from evals.tallying import AGAIN
from evals.views.board import Line

_LONGEST_REASON: Final = 600
_MARKS: Final = {True: ("ok", "✓", "Pass"), False: ("bad", "✕", "Fail"), None: ("warn", "◇", "Not measured")}


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict: shape, word, colour."""

    passed: bool | None

    @property
    def tone(self) -> str:
        return _MARKS[self.passed][0]

    @property
    def glyph(self) -> str:
        return _MARKS[self.passed][1]

    @property
    def word(self) -> str:
        return _MARKS[self.passed][2]


@dataclass(frozen=True, slots=True)
class Dot:
    """One of the times a case was asked."""

    repeat: int
    mark: Mark
    is_shown: bool

    @property
    def number(self) -> int:
        return self.repeat % AGAIN + 1

    @property
    def is_again(self) -> bool:
        return self.repeat >= AGAIN


@dataclass(frozen=True, slots=True)
class Answer:
    """Of one arm: the one that is shown, and how the others went."""

    arm: str
    version: str
    row: Result | None
    dots: Sequence[Dot]
    pieces: Sequence[Piece]

    @property
    def mark(self) -> Mark:
        return Mark(self.row.passed if self.row else None)

    @property
    def first(self) -> list[Dot]:
        return [dot for dot in self.dots if not dot.is_again]

    @property
    def again(self) -> list[Dot]:
        return [dot for dot in self.dots if dot.is_again]

    @property
    def passes(self) -> int:
        return sum(dot.mark.passed is True for dot in self.first)

    @property
    def passes_again(self) -> int:
        return sum(dot.mark.passed is True for dot in self.again)

    @property
    def error(self) -> str:
        return visible(self.row.error) if self.row else ""

    @property
    def seconds(self) -> str:
        if self.row is None or self.row.latency_ms is None:
            return ""
        return figures.latency(self.row.latency_ms)


@dataclass(frozen=True, slots=True)
class Told:
    """A check in one arm: passed so many times of so many that could tell, and what was said of the shown answer."""

    passes: int
    runs: int
    verdict: str
    reason: str

    @property
    def mark(self) -> Mark:
        return Mark(None if not self.runs else self.passes == self.runs)


@dataclass(frozen=True, slots=True)
class CheckLine:
    label: str
    sort: str
    metric: str
    in_set: bool
    told: Sequence[tuple[str, Told]]

    @property
    def fails(self) -> bool:
        """In head, at least once."""
        return any(told.passes < told.runs for _, told in self.told[-1:])

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """By version; once, without one, where both say the same. Of what holds in both arms, only a judge's."""
        said = [(version, told.reason) for version, told in self.told if told.reason and self._is_worth(told)]
        if len(said) > 1 and len({reason for _, reason in said}) == 1:
            return [("", said[0][1])]
        return said

    def _is_worth(self, told: Told) -> bool:
        return self.sort == "Judge" or told.verdict != "pass"


@dataclass(frozen=True, slots=True)
class Opened:
    line: Line
    text: CaseText
    answers: Sequence[Answer]
    checks: Sequence[CheckLine]
    repeat: int
    is_too_long: bool

    @property
    def has_again(self) -> bool:
        return any(answer.again for answer in self.answers)

    @property
    def is_flaky(self) -> bool:
        return self.line.cell.is_flaky


def open_case(run: Run, key: str, cases: Mapping[str, CaseText], *, repeat: int | None) -> Opened:
    if key not in cases:
        raise Http404
    text = cases[key]
    rows = list(Result.objects.of(run).filter(case=key).order_by("repeat"))
    found = cell_of(run, key, must_pass=text.must_pass)
    by_arm = {arm: {row.repeat: row for row in rows if row.arm == arm} for arm in run.arms}
    is_there = any(repeat in those for those in by_arm.values())
    shown = repeat if repeat is not None and is_there else _most_telling(by_arm, found.kind)
    answers, is_too_long = _answers(run, by_arm, shown)
    checks = _failing_first(_checks(text, answers, by_arm))
    return Opened(Line(found, text.title), text, answers, checks, shown, is_too_long)


def _most_telling(by_arm: Mapping[str, Mapping[int, Result]], kind: Kind) -> int:
    """The first repeat that shows what the case is listed for, else the first."""
    wanted = {Kind.REGRESSED: (True, False), Kind.FIXED: (False, True)}.get(kind)
    head, base = by_arm["head"], by_arm.get("base", {})
    if kind is Kind.FAILING:
        return next((repeat for repeat, row in head.items() if row.passed is False), 0)
    pairs = ((repeat, base[repeat].passed, head[repeat].passed) for repeat in base if repeat in head)
    return next((repeat for repeat, was, now in pairs if (was, now) == wanted), 0)


def _answers(run: Run, by_arm: Mapping[str, Mapping[int, Result]], repeat: int) -> tuple[list[Answer], bool]:
    texts = {arm: visible(rows[repeat].output) if repeat in rows else "" for arm, rows in by_arm.items()}
    pieces: dict[str, Sequence[Piece]] = {arm: unmarked(text) for arm, text in texts.items()}
    is_too_long = False
    if all(texts.values()) and run.is_comparison:
        found = compared(texts["base"], texts["head"])
        pieces, is_too_long = {"base": found.base, "head": found.head}, found.is_too_long
    return [_answer(run, arm, by_arm[arm], repeat, pieces[arm]) for arm in run.arms], is_too_long


def _answer(run: Run, arm: str, rows: Mapping[int, Result], repeat: int, pieces: Sequence[Piece]) -> Answer:
    dots = [Dot(each, Mark(row.passed), each == repeat) for each, row in rows.items() if row.done_at is not None]
    row = rows.get(repeat)
    return Answer(arm, str(run.version_of(arm)), row if row and row.done_at else None, dots, pieces)


def _failing_first(checks: Iterable[CheckLine]) -> list[CheckLine]:
    """Those of a set stay under it."""
    groups: list[list[CheckLine]] = []
    for check in checks:
        if check.in_set and groups:
            groups[-1].append(check)
        else:
            groups.append([check])
    groups.sort(key=lambda group: not group[0].fails)
    return list(chain.from_iterable(groups))


def _checks(text: CaseText, answers: Sequence[Answer], by_arm: Mapping[str, Mapping[int, Result]]) -> list[CheckLine]:
    return [
        CheckLine(
            wording.label(check),
            wording.sort(check),
            short(check.get("metric", ""), 60),
            _in_set(place, answers),
            [(answer.version, _told(place, answer, by_arm[answer.arm].values())) for answer in answers],
        )
        for place, check in enumerate(text.checks)
    ]


def _in_set(place: int, answers: Sequence[Answer]) -> bool:
    return any(bool(check.get("in_set")) for answer in answers for check in _at(place, answer.row))


def _told(place: int, answer: Answer, rows: Any) -> Told:
    first = [check for row in rows if row.repeat < AGAIN for check in _at(place, row)]
    known = [check["verdict"] for check in first if check["verdict"] != "unscored"]
    shown = next(_at(place, answer.row), {"verdict": "", "reason": ""})
    return Told(known.count("pass"), len(known), shown["verdict"], short(shown.get("reason", ""), _LONGEST_REASON))


def _at(place: int, row: Result | None) -> Iterator[Mapping[str, Any]]:
    """The check at this place, where the answer was checked."""
    if row is not None and place < len(row.checks):
        yield row.checks[place]
