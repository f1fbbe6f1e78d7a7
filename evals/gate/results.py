"""One arm's results, whatever file they came from, and two arms joined by case. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.gate.tally import Tally


class BadResults(ValueError):
    """A file that cannot be judged: says which, where, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Result:
    """Of one answer. `passed` None: could not be measured, `reason` says why. `score` from 0 to 1."""

    case: str
    repeat: int
    passed: bool | None
    score: float | None = None
    must_pass: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """What one file holds of one arm; (case, repeat) is unique."""

    suite: str
    name: str
    results: tuple[Result, ...]

    def by_case(self) -> dict[str, list[Result]]:
        cases: dict[str, list[Result]] = defaultdict(list)
        for result in self.results:
            cases[result.case].append(result)
        return dict(cases)


@dataclass(frozen=True, slots=True)
class Pair:
    """What `judge_once` asks for.

    A missing case is not a passing case: one that only base has is a tally without runs of head, which count
    as unmeasured. One that only head has is in no tally of these.
    """

    tallies: tuple[Tally, ...]
    unmeasured: int
    missing: tuple[str, ...]
    new: tuple[Tally, ...]


def join(base: Arm, head: Arm) -> Pair:
    """By case, in base's order, never by position."""
    of_base, of_head = base.by_case(), head.by_case()
    pairs = {case: (results, of_head.get(case, [])) for case, results in of_base.items()}
    return Pair(
        tallies=tuple(_tally(case, *arms) for case, arms in pairs.items()),
        unmeasured=sum(_unmeasured(*arms) for arms in pairs.values()),
        missing=tuple(case for case in of_base if case not in of_head),
        new=tuple(_tally(case, [], results) for case, results in of_head.items() if case not in of_base),
    )


def _unmeasured(base: Sequence[Result], head: Sequence[Result]) -> int:
    """Of a case that head lacks, as many answers are missing as base has."""
    missing = 0 if head else len(base)
    return missing + sum(result.passed is None for result in (*base, *head))


def refuse_repeated(results: Iterable[Result], where: str) -> None:
    counts = Counter((result.case, result.repeat) for result in results)
    for (case, repeat), count in counts.items():
        if count > 1:
            raise BadResults(f"{where}: case {case}, repeat {repeat}, stands there {count} times; allowed is once.")


def field[T](row: Mapping[str, object], name: str, kind: type[T], where: str) -> T:
    value = row.get(name)
    # True is an int to Python, and no number to people.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadResults(f"{where}.{name}: {_shown(value)}; allowed is {_NAMES[kind]}.")
    return value


_NAMES: Mapping[type, str] = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


def _shown(value: object) -> str:
    """Of a value from a file, as much as a line of an error can bear."""
    return "missing" if value is None else repr(value)[:60]


def _tally(case: str, base: Sequence[Result], head: Sequence[Result]) -> Tally:
    return Tally(
        case,
        base_passes=sum(result.passed is True for result in base),
        base_runs=sum(result.passed is not None for result in base),
        head_passes=sum(result.passed is True for result in head),
        head_runs=sum(result.passed is not None for result in head),
        must_pass=any(result.must_pass for result in (*base, *head)),
    )
