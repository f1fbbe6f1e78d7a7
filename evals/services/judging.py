"""What a run that has asked everything says: a verdict, or what is to be asked next."""

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction

from evals import drift, queueing
from evals.gate import limits, looks, sentences
from evals.gate.rules import REPEATS, Rules
from evals.gate.verdict import AskAgain, LookAgain, Outcome, Verdict
from evals.models import Run
from evals.scoring.printing import storable
from evals.services.runs import plan
from evals.suites import stored
from evals.suites.model import Gate, Suite
from evals.summing import ArmSums, sums_of
from evals.tallying import AGAIN, Counted, count
from tenants import audit
from tenants.actors import SYSTEM

log = logging.getLogger(__name__)

ASKED_AGAIN: Final = len(REPEATS) + 1
_LONGEST_REASON: Final = 500


def judge(run: Run, *, at: datetime) -> Run | None:
    """Once, whoever asks: None while units wait, or when somebody else was faster."""
    try:
        with transaction.atomic():
            found = _locked(run)
            return None if found is None else _judge(found, stored.from_json(found.suite.content), at)
    except (OperationalError, InterfaceError):
        # The database's own trouble passes: the run is picked up and judged again.
        raise
    except Exception as fault:
        # Of anything else it would be picked up, and fail, for ever.
        log.exception("run.not_judged run=%s", run.pk)
        return _give_up(run, fault, at)


def _locked(run: Run) -> Run | None:
    locked = Run.objects.select_for_update(of=("self",)).running().filter(pk=run.pk)
    found = locked.select_related("suite__suite", "prompt", "base", "head").first()
    return None if found is None or found.results.waiting().exists() else found


def _give_up(run: Run, fault: Exception, at: datetime) -> Run | None:
    reason = storable(f"It could not be judged: {type(fault).__name__}: {fault}", most=_LONGEST_REASON)
    gate = {"verdict": str(Outcome.COULD_NOT_MEASURE), "sentences": [reason], "cases": 0, "concurrent": False}
    with transaction.atomic():
        found = _locked(run)
        return None if found is None else _end(found, Outcome.COULD_NOT_MEASURE, {"gate": gate}, at)


def _judge(run: Run, suite: Suite, at: datetime) -> Run:
    careful = {case.key for case in suite.cases if case.must_pass}
    arms = {arm: sums_of(run, arm, careful) for arm in run.arms}
    if run.is_measured_alone:
        return _finish(run, "", {"arms": _told(arms)}, at)
    counted = count(run, [case.key for case in suite.cases], careful)
    if run.kind == Run.Kind.FIRST:
        return _finish_alone(run, suite, arms["head"], counted, at)
    found = _compare(run, suite, counted)
    if isinstance(found, Verdict):
        base, head = arms["base"].as_gate_sums(), arms["head"].as_gate_sums()
        limited = limits.limited(found, limits.breaches(base, head, _limits(suite.gate)))
        return _finish(run, limited.verdict, {"gate": limited.as_json(), "arms": _told(arms)}, at)
    return _go_on(run, found, counted)


def _compare(run: Run, suite: Suite, counted: Counted) -> Verdict | LookAgain | AskAgain:
    rules = Rules(margin=suite.gate.margin, alpha=suite.gate.alpha)
    # `run.look` also says that some were asked again, after whichever look.
    look = 1 + sum(counted.repeats > repeats for repeats in REPEATS[:-1])
    return looks.judge(
        counted.tallies, look=look, unmeasured=counted.unmeasured, rules=rules, asked_again=counted.asked_again
    )


def _go_on(run: Run, wanted: LookAgain | AskAgain, counted: Counted) -> Run:
    if isinstance(wanted, LookAgain):
        run.look = REPEATS.index(wanted.repeats) + 1
        plan(run, range(counted.repeats, wanted.repeats))
    else:
        run.look = ASKED_AGAIN
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
    rate, threshold, lost = head.pass_rate, suite.gate.threshold, head.asked - head.measured
    careful = [tally for tally in counted.tallies if tally.must_pass]
    untold = [tally.case for tally in careful if tally.head_runs < counted.repeats]
    if rate is None or untold or lost > head.asked * Rules().most_unmeasured:
        return Outcome.COULD_NOT_MEASURE, sentences.of_lost(lost, head.asked, untold)
    failing = [tally.case for tally in careful if tally.head_passes < tally.head_runs]
    if failing:
        return Outcome.BLOCKED, sentences.of_failing(failing)
    if rate * 100 < threshold:
        return Outcome.BLOCKED, f"{rate:.1%} of the answers pass; a first release needs {threshold:g}%."
    return Outcome.PASSED, f"{rate:.1%} of the answers pass, and every must-pass case does."


def _finish(run: Run, verdict: str, report: dict[str, Any], at: datetime) -> Run:
    _end(run, verdict, report, at)
    if run.kind == Run.Kind.CANARY:
        drift.look(run, at=at)
    return run


def _end(run: Run, verdict: str, report: dict[str, Any], at: datetime) -> Run:
    run.state, run.verdict, run.report, run.ended_at = Run.State.FINISHED, str(verdict), report, at
    run.save(update_fields=["state", "verdict", "report", "ended_at"])
    facts = {"run": str(run.pk), "head": run.head.hash, "verdict": run.verdict}
    audit.append_to_installation(actor=SYSTEM, action="run.judged", object=str(run.suite.suite), payload=facts, at=at)
    return run


def _limits(gate: Gate) -> limits.Limits:
    return limits.Limits(
        max_cost_increase=_share(gate.max_cost_increase),
        max_latency_increase=_share(gate.max_latency_increase),
        max_token_increase=_share(gate.max_token_increase),
    )


def _share(most: float | None) -> Decimal | None:
    return None if most is None else Decimal(str(most))


def _told(arms: dict[str, ArmSums]) -> dict[str, Any]:
    return {arm: sums.as_json() for arm, sums in arms.items()}
