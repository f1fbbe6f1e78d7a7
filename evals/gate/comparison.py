"""What one look shows of two arms, and the verdict made of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.gate import sentences
from evals.gate.exact import chances
from evals.gate.interval import Difference, difference
from evals.gate.must_pass import Finding
from evals.gate.power import detectable
from evals.gate.rules import Rules
from evals.gate.tally import Tally
from evals.gate.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Before the must-pass cases; `tallies`: those with answers in both arms, at least one."""

    outcome: Outcome
    apart: Difference
    p: float
    tallies: Sequence[Tally]
    rules: Rules
    alpha: float
    look: int
    concurrent: bool
    unmeasured: int
    skipped: tuple[str, ...]

    def verdict(self, findings: Mapping[str, Finding], answers: Mapping[str, Tally], *, unknown: Outcome) -> Verdict:
        """`findings`, `answers`: of must-pass cases. `unknown`: what not knowing of one makes of a pass."""
        outcome, against = _with_must_pass(self.outcome, findings, unknown)
        points = self._detectable()
        broken = tuple(sentences.of_must_pass(findings[case], answers[case]) for case in against)
        return Verdict(
            verdict=outcome,
            difference=self.apart.points,
            interval=(self.apart.low, self.apart.high),
            p=self.p,
            cases=len(self.tallies),
            detectable=points,
            concurrent=self.concurrent,
            look=self.look,
            must_pass=against,
            sentences=(*broken, *self._sentences(points)),
        )

    def _sentences(self, points: int | None) -> tuple[str, ...]:
        return (
            sentences.headline(self.outcome, self.apart, self.p, self.rules.margin),
            sentences.of_power(points, len(self.tallies), self._repeats()),
            *sentences.of_unmeasured(self.unmeasured, self._units()),
            *sentences.of_skipped(self.skipped),
            *sentences.of_time(self.concurrent),
        )

    def _detectable(self) -> int | None:
        noise = self.apart.variance / 10_000 * len(self.tallies) * self._repeats() / 2
        return detectable(cases=len(self.tallies), repeats=self._repeats(), alpha=self.alpha, noise=noise)

    def _repeats(self) -> float:
        return sum(tally.runs for tally in self.tallies) / len(self.tallies) / 2

    def _units(self) -> int:
        return sum(tally.runs for tally in self.tallies) + self.unmeasured


def compare(
    tallies: Sequence[Tally], unmeasured: int, rules: Rules, *, alpha: float, look: int, concurrent: bool
) -> Comparison | Verdict:
    """A verdict already when too little could be measured."""
    compared = [tally for tally in tallies if tally.is_comparable]
    # An answer whose counterpart is missing compares with nothing.
    lost = unmeasured + sum(tally.runs for tally in tallies if not tally.is_comparable)
    units = unmeasured + sum(tally.runs for tally in tallies)
    skipped = tuple(tally.case for tally in tallies if not tally.is_comparable)
    gone = tuple(tally.case for tally in tallies if tally.must_pass and not tally.is_comparable)
    if gone or not compared or lost > rules.most_unmeasured * units:
        why = sentences.of_too_little(lost, units, rules.most_unmeasured, gone)
        said = (why, *sentences.of_skipped(skipped), *sentences.of_time(concurrent))
        return _could_not_measure(said, gone, cases=len(compared), look=look, concurrent=concurrent)
    apart, p = difference(compared), chances(compared).worse
    outcome = _outcome(apart.low, p, margin=rules.margin, alpha=alpha)
    return Comparison(outcome, apart, p, compared, rules, alpha, look, concurrent, lost, skipped)


def _outcome(low: float, p: float, *, margin: float, alpha: float) -> Outcome:
    if low > -margin:
        return Outcome.PASSED
    return Outcome.BLOCKED if p < alpha else Outcome.INCONCLUSIVE


def _with_must_pass(
    outcome: Outcome, findings: Mapping[str, Finding], unknown: Outcome
) -> tuple[Outcome, tuple[str, ...]]:
    """The outcome that the must-pass cases leave, and those of them that made it."""
    failed = tuple(case for case, finding in findings.items() if finding is Finding.FAILED)
    if failed:
        return Outcome.BLOCKED, failed
    doubtful = tuple(case for case, finding in findings.items() if finding is Finding.UNKNOWN)
    return (unknown if doubtful and outcome is not Outcome.BLOCKED else outcome), doubtful


def _could_not_measure(
    said: tuple[str, ...], gone: tuple[str, ...], *, cases: int, look: int, concurrent: bool
) -> Verdict:
    return Verdict(
        verdict=Outcome.COULD_NOT_MEASURE,
        difference=None,
        interval=None,
        p=None,
        cases=cases,
        detectable=None,
        concurrent=concurrent,
        look=look,
        must_pass=gone,
        sentences=said,
    )
