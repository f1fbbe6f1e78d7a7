"""What a run that has asked everything says: a verdict, or what is to be asked next."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from evals import drift, queueing
from evals.gate import limits, looks
from evals.gate.rules import REPEATS, Rules
from evals.gate.verdict import AskAgain, LookAgain, Outcome, Verdict
from evals.models import Run
from evals.services.runs import plan
from evals.suites import stored
from evals.suites.model import Suite
from evals.summing import ArmSums, sums_of
from evals.tallying import AGAIN, Counted, count
from tenants import audit
from tenants.actors import SYSTEM

ASKED_AGAIN = len(REPEATS) + 1


def judge(run: Run, *, at: datetime) -> Run | None:
    """Once, whoever asks: None while units wait, or when somebody else was faster."""
    with transaction.atomic():
        locked = Run.objects.select_for_update(of=("self",)).running().filter(pk=run.pk)
        found = locked.select_related("suite__suite", "prompt", "base", "head").first()
        if found is None or found.results.waiting().exists():
            return None
        return _judge(found, stored.from_json(found.suite.content), at)


def _judge(run: Run, suite: Suite, at: datetime) -> Run:
    careful = {case.key for case in suite.cases if case.must_pass}
    arms = {arm: sums_of(run, arm, careful) for arm in run.arms}
    if run.kind == Run.Kind.CANARY:
        return _finish(run, "", {"arms": _told(arms)}, at)
    counted = count(run, [case.key for case in suite.cases], careful)
    if run.kind == Run.Kind.FIRST:
        return _finish_alone(run, suite, arms["head"], counted, at)
    found = _compare(run, suite, counted)
    if isinstance(found, Verdict):
        base, head = arms["base"].as_gate_sums(), arms["head"].as_gate_sums()
        limited = limits.limited(found, limits.breaches(base, head, _limits(suite)))
        return _finish(run, limited.verdict, {"gate": limited.as_json(), "arms": _told(arms)}, at)
    return _go_on(run, found)


def _compare(run: Run, suite: Suite, counted: Counted) -> Verdict | LookAgain | AskAgain:
    rules = Rules(margin=suite.gate.margin, alpha=suite.gate.alpha)
    look = min(run.look, len(REPEATS))
    return looks.judge(
        counted.tallies, look=look, unmeasured=counted.unmeasured, rules=rules, asked_again=counted.asked_again
    )


def _go_on(run: Run, wanted: LookAgain | AskAgain) -> Run:
    if isinstance(wanted, LookAgain):
        run.look += 1
        plan(run, range(REPEATS[run.look - 2], wanted.repeats))
    else:
        run.look = ASKED_AGAIN if run.look < ASKED_AGAIN else run.look
        plan(run, range(AGAIN, AGAIN + wanted.times), wanted.cases)
    run.save(update_fields=["look"])
    queueing.ask(run.pk)
    return run


def _finish_alone(run: Run, suite: Suite, head: ArmSums, counted: Counted, at: datetime) -> Run:
    """Nothing to beat: its must-pass cases green, and the suite's own threshold."""
    outcome, sentence = alone(suite, head, counted)
    gate = {"verdict": str(outcome), "sentences": [sentence], "cases": len(counted.tallies), "concurrent": False}
    return _finish(run, outcome, {"gate": gate, "arms": {"head": head.as_json()}}, at)


def alone(suite: Suite, head: ArmSums, counted: Counted) -> tuple[Outcome, str]:
    rate, threshold = head.pass_rate, suite.gate.threshold
    if rate is None or head.asked - head.measured > head.asked * Rules().most_unmeasured:
        lost = head.asked - head.measured
        return Outcome.COULD_NOT_MEASURE, f"{lost} of {head.asked} answers could not be measured."
    failing = [tally.case for tally in counted.tallies if tally.must_pass and tally.head_passes < tally.head_runs]
    if failing:
        named = ", ".join(failing[:5])
        return Outcome.BLOCKED, f"{len(failing)} must-pass cases fail: {named}."
    if rate * 100 < threshold:
        return Outcome.BLOCKED, f"{rate:.1%} of the answers pass; a first release needs {threshold:g}%."
    return Outcome.PASSED, f"{rate:.1%} of the answers pass, and every must-pass case does."


def _finish(run: Run, verdict: str, report: dict[str, Any], at: datetime) -> Run:
    run.state, run.verdict, run.report, run.ended_at = Run.State.FINISHED, str(verdict), report, at
    run.save(update_fields=["state", "verdict", "report", "ended_at"])
    facts = {"run": str(run.pk), "head": run.head.hash, "verdict": run.verdict}
    audit.append_to_installation(actor=SYSTEM, action="run.judged", object=str(run.suite.suite), payload=facts, at=at)
    if run.kind == Run.Kind.CANARY:
        drift.look(run, at=at)
    return run


def _limits(suite: Suite) -> limits.Limits:
    most = suite.gate.max_cost_increase
    return limits.Limits(max_cost_increase=None if most is None else Decimal(str(most)))


def _told(arms: dict[str, ArmSums]) -> dict[str, Any]:
    return {arm: sums.as_json() for arm, sums in arms.items()}
