"""How often the gate is right, by simulation: this gate itself, and three others, on 100 cases of which 20 waver.

A suite is drawn anew each time: wavering cases pass with a chance of their own between 0 and 1, of the others 93 % pass
always and the rest never. Must-pass cases waver as often as the others. Drops of head and drift of the provider, which
hits both arms, come in two kinds. Switching: the best cases now never pass (or the worst always do), as many as make
the points, must-pass cases last; the same 20 waver. Spread: every case passes a little more rarely (or more often), so
that nearly all waver.

GATE_TIMES says how often each is simulated (1000).
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.gate.exact import chances
from evals.gate.looks import judge
from evals.gate.rules import REPEATS
from evals.gate.tally import Tally
from evals.gate.verdict import AskAgain, LookAgain, Outcome, Verdict

type Rates = NDArray[np.float64]
type Counts = NDArray[np.int64]
type Gate = Callable[[Trial], Answer]

TIMES: Final = int(os.environ.get("GATE_TIMES", "1000"))
CASES, WAVERING, MUST_PASS = 100, 20, 20
DRIFT: Final = 0.04
NAMES: Final = [f"case-{number}" for number in range(CASES)]
HEADINGS: Final = ("A/A blocked", "-10 caught", "-5 caught", "wrong pass at -5", "calls, A/A")
MARKS: Final = "<= 5 %, >= 99 %, >= 80 %, <= 3 %, <= 850"


class World(NamedTuple):
    """`drift`: by what share of the cases both arms pass more often."""

    name: str
    drift: float
    must_pass: int
    spread: bool


WORLDS: Final = [
    World(f"{name}, {'spread' if spread else 'switching'}", drift, must_pass, spread)
    for spread in (False, True)
    for name, drift, must_pass in (
        ("calm", 0.0, 0),
        ("provider 4 worse", -DRIFT, 0),
        ("provider 4 better", DRIFT, 0),
        ("20 must pass", 0.0, MUST_PASS),
        ("20 must pass, 4 worse", -DRIFT, MUST_PASS),
        ("20 must pass, 4 better", DRIFT, MUST_PASS),
    )
]


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    calls: int


def main() -> None:
    print(f"{TIMES:,} times each; {CASES} cases, {WAVERING} of them wavering\n")
    print(f"{'':<40}" + "".join(f"{heading:>18}" for heading in HEADINGS))
    for name, gate in OTHERS.items():
        print(_line(name, _shares(gate, WORLDS[0])), flush=True)
    for world in WORLDS:
        print(_line(f"ours: {world.name}", _shares(ours, world)), flush=True)
    print(f"marks: {MARKS}")


def _line(name: str, shares: tuple[float, ...]) -> str:
    *percents, calls = shares
    return f"{name:<40}" + "".join(f"{share:>17.1%} " for share in percents) + f"{calls:>17.0f} "


def _shares(gate: Gate, world: World) -> tuple[float, float, float, float, float]:
    same, ten, five = (list(_answers(gate, world, drop)) for drop in (0.0, 0.10, 0.05))
    return (
        _share(same, Outcome.BLOCKED),
        _share(ten, Outcome.BLOCKED),
        _share(five, Outcome.BLOCKED),
        _share(five, Outcome.PASSED),
        sum(answer.calls for answer in same) / TIMES,
    )


def _share(answers: list[Answer], outcome: Outcome) -> float:
    return sum(answer.outcome is outcome for answer in answers) / len(answers)


def _answers(gate: Gate, world: World, drop: float) -> Iterator[Answer]:
    generator = np.random.default_rng(20_261_122)
    move = _spread if world.spread else _switched
    for _ in range(TIMES):
        base = move(_suite(generator), world.drift)
        yield gate(Trial(base, move(base, -drop), world.must_pass, generator))


def _suite(generator: np.random.Generator) -> Rates:
    """Each case's chance to pass; the first ones are must-pass."""
    steady = (generator.random(CASES - WAVERING) < 0.93).astype(np.float64)
    return generator.permutation(np.concatenate([generator.random(WAVERING), steady]))


def _spread(rates: Rates, by: float) -> Rates:
    """The mean moved by so much, every case by its share of what there is to lose or to gain."""
    mean = rates.mean()
    return rates * (1 + by / mean) if by < 0 else rates + (1 - rates) * by / (1 - mean)


def _switched(rates: Rates, by: float) -> Rates:
    """The mean moved by so much, by whole cases and the last of them in part."""
    return _broken(rates, -by * CASES) if by < 0 else 1 - _broken(1 - rates, by * CASES)


def _broken(rates: Rates, lost: float) -> Rates:
    in_order = np.argsort(rates, kind="stable")[::-1]
    before = np.cumsum(rates[in_order]) - rates[in_order]
    left = rates.copy()
    left[in_order] -= np.clip(lost - before, 0, rates[in_order])
    return left


class Trial:
    """Both arms asked, until a gate is content."""

    def __init__(self, base: Rates, head: Rates, must_pass: int, generator: np.random.Generator) -> None:
        self.must_pass = must_pass
        self._rates = base, head
        self._generator = generator
        self._passes: tuple[Counts, Counts] = np.zeros(CASES, np.int64), np.zeros(CASES, np.int64)
        self._runs = 0
        self.calls = 0

    def tallies(self, repeats: int) -> list[Tally]:
        """After so many repeats of both arms."""
        base, head = (self._asked(arm, repeats) for arm in (0, 1))
        self._passes, self._runs = (base, head), repeats
        return [
            Tally(NAMES[case], int(base[case]), repeats, int(head[case]), repeats, case < self.must_pass)
            for case in range(CASES)
        ]

    def again(self, asked: AskAgain) -> Mapping[str, Tally]:
        return {case: self._again(case, asked.times) for case in asked.cases}

    def _asked(self, arm: int, repeats: int) -> Counts:
        more = repeats - self._runs
        self.calls += more * CASES
        passes: Counts = self._passes[arm] + self._generator.binomial(more, self._rates[arm])
        return passes

    def _again(self, case: str, times: int) -> Tally:
        self.calls += 2 * times
        base, head = (int(self._generator.binomial(times, rates[NAMES.index(case)])) for rates in self._rates)
        return Tally(case, base, times, head, times, must_pass=True)


def ours(trial: Trial) -> Answer:
    look, tallies = 1, trial.tallies(REPEATS[0])
    verdict = judge(tallies, look=look)
    if isinstance(verdict, LookAgain):
        look, tallies = 2, trial.tallies(verdict.repeats)
        verdict = judge(tallies, look=look)
    if isinstance(verdict, AskAgain):
        verdict = judge(tallies, look=look, asked_again=trial.again(verdict))
    if not isinstance(verdict, Verdict):
        raise AssertionError(verdict)
    return Answer(verdict.verdict, trial.calls)


def all_must_pass(trial: Trial) -> Answer:
    """promptfoo, as it comes: one failure fails the run; base is not asked."""
    return _answer(sum(tally.head_passes for tally in trial.tallies(1)) < CASES)


def fixed_threshold(trial: Trial) -> Answer:
    return _answer(sum(tally.head_passes for tally in trial.tallies(1)) < 0.8 * CASES)


def mcnemar(trial: Trial) -> Answer:
    return _answer(chances(trial.tallies(1)).worse < 0.05, calls=2 * CASES)


def _answer(blocked: bool, *, calls: int = CASES) -> Answer:
    return Answer(Outcome.BLOCKED if blocked else Outcome.PASSED, calls)


OTHERS: Final[dict[str, Gate]] = {
    "promptfoo: all must pass": all_must_pass,
    "fixed threshold of 80 %": fixed_threshold,
    "McNemar, one repeat": mcnemar,
}


if __name__ == "__main__":
    main()
