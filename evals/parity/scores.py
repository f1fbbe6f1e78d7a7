"""How a model did on a suite, and whether it holds what the first of its chain reaches: by the gate of prompts."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from evals.gate.interval import Rate, rate
from evals.gate.looks import judge_once
from evals.gate.tally import Tally
from evals.gate.verdict import Outcome, Verdict
from evals.parity.runs import Answered, Counts
from evals.parity.suites import Judging


class Standing(StrEnum):
    FIRST = "first"
    HOLDS = "holds"
    FAILS = "does not hold"
    UNCLEAR = "cannot tell yet"
    UNMEASURED = "not measured"


_STANDINGS = {
    Outcome.PASSED: Standing.HOLDS,
    Outcome.BLOCKED: Standing.FAILS,
    Outcome.INCONCLUSIVE: Standing.UNCLEAR,
    Outcome.COULD_NOT_MEASURE: Standing.UNMEASURED,
}


@dataclass(frozen=True, slots=True)
class Score:
    """`why` says it in words; what was not measured has neither run nor rate."""

    judging: Judging
    standing: Standing
    why: str
    answered: Answered | None = None
    rate: Rate | None = None


def of_first(judging: Judging, answered: Answered | None, counts: Counts) -> Score:
    if answered is None or not (reached := rate_of(counts)):
        return unmeasured(judging)
    return Score(judging, Standing.FIRST, "what the others are held to", answered, reached)


def of_other(judging: Judging, answered: Answered | None, counts: Counts, first: Counts) -> Score:
    """`first`: of the first model; empty where that was not measured."""
    if answered is None or not (reached := rate_of(counts)):
        return unmeasured(judging)
    if not rate_of(first):
        return Score(
            judging, Standing.UNMEASURED, "nothing to hold it to: not measured of the first", answered, reached
        )
    found = verdict(judging, first, counts)
    return Score(judging, _STANDINGS[found.verdict], _of_models(found.sentences[0]), answered, reached)


def unmeasured(judging: Judging) -> Score:
    why = f"never asked of it alone on {judging.version.prompt} {judging.version}"
    return Score(judging, Standing.UNMEASURED, why)


def verdict(judging: Judging, first: Counts, other: Counts) -> Verdict:
    """The same gate as a prompt's, with the suite's margin. They were asked one after the other."""
    cases = sorted({*first, *other})
    tallies = [_tally(case, first, other, judging.must_pass) for case in cases]
    lost = sum(count.lost for counts in (first, other) for count in counts.values())
    return judge_once(tallies, unmeasured=lost, rules=judging.rules)


def rate_of(counts: Counts) -> Rate | None:
    known = [(count.passes, count.runs) for count in counts.values() if count.runs]
    return rate(known) if known else None


def _tally(case: str, first: Counts, other: Counts, must_pass: Collection[str]) -> Tally:
    base, head = first.get(case), other.get(case)
    return Tally(
        case,
        base.passes if base else 0,
        base.runs if base else 0,
        head.passes if head else 0,
        head.runs if head else 0,
        must_pass=case in must_pass,
    )


def _of_models(sentence: str) -> str:
    """The gate speaks of head and base; here these are a model and the first of its chain."""
    told = sentence.replace("Head ", "It ").replace("head passed", "it passed")
    return (
        told.removesuffix(".").replace(", base ", ", the first ").replace("as often as base", "as often as the first")
    )
