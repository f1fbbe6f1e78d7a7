"""Verdicts and scores counted together, by promptfoo's rules: of a set, of a case, of a metric."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from evals.scoring.checks import Check, Graded, Verdict
from evals.suites.model import Assertion

type Weighed = tuple[Check, float]


def weighed(assertion: Assertion, check: Check) -> Check:
    """With weight 0 it is told as passed, whatever was found, and counts nowhere."""
    is_idle = assertion.weight == 0 and check.verdict is Verdict.FAIL
    return replace(check, verdict=Verdict.PASS) if is_idle else check


def of_set(assertion: Assertion, parts: Sequence[Check], metric: str) -> Check:
    """With a threshold, parts that fail in a set that passes do no harm."""
    pairs = _pairs(parts, assertion.parts)
    score = _score(pairs)
    if score is None:
        return Check(assertion.type, Verdict.UNSCORED, None, "a part of it could not be told.", metric)
    passed = _passes(pairs, score, assertion.threshold)
    held = sum(part.verdict is Verdict.PASS for part in parts)
    told = f"{held} of {len(parts)} hold."
    return Check(assertion.type, Verdict.PASS if passed else Verdict.FAIL, score, told, metric)


def graded(told: Sequence[tuple[Assertion, tuple[Check, tuple[Check, ...]]]], threshold: float | None) -> Graded:
    """`told` is each assertion of the case with its check, and the checks of its parts."""
    pairs = _pairs([check for _, (check, _) in told], [assertion for assertion, _ in told])
    score = _score(pairs)
    checks = tuple(
        each for _, (check, parts) in told for each in (check, *(replace(part, in_set=True) for part in parts))
    )
    passed = None if score is None else _passes(pairs, score, threshold)
    return Graded(passed, score, checks, _metrics(told))


def _pairs(checks: Iterable[Check], assertions: Iterable[Assertion]) -> list[Weighed]:
    return [(check, assertion.weight) for check, assertion in zip(checks, assertions, strict=True)]


def _score(pairs: Sequence[Weighed]) -> float | None:
    """The weighted mean; None when one that counts could not be told."""
    if not pairs:
        return 1.0
    if any(check.verdict is Verdict.UNSCORED and (weight or check.type == "assert-set") for check, weight in pairs):
        return None
    return _mean(pairs)


def _mean(pairs: Iterable[Weighed]) -> float:
    total = weights = 0.0
    for check, weight in pairs:
        total += (check.score or 0.0) * weight
        weights += weight
    return total / weights if weights else 0.0


def _passes(pairs: Sequence[Weighed], score: float, threshold: float | None) -> bool:
    """A threshold alone decides, but for nothing asked."""
    if not pairs:
        return True
    if threshold is not None:
        return score >= threshold
    return all(check.verdict is not Verdict.FAIL for check, _ in pairs)


def _metrics(told: Sequence[tuple[Assertion, tuple[Check, tuple[Check, ...]]]]) -> dict[str, float]:
    """The parts of a set reach the metric with the set's weight on top of their own."""
    of: dict[str, list[Weighed]] = {}
    for assertion, (check, parts) in told:
        inner = [(part, weight * assertion.weight) for part, weight in _pairs(parts, assertion.parts)]
        for one, weight in [(check, assertion.weight), *inner]:
            if one.metric and one.verdict is not Verdict.UNSCORED:
                of.setdefault(one.metric, []).append((one, weight))
    return {metric: _mean(pairs) for metric, pairs in of.items()}
