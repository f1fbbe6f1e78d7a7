from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Final

from django.db import transaction
from django.db.models import Max

from evals import queueing
from evals.gate.rules import REPEATS
from evals.models import Result, Run, SuiteVersion
from evals.planning import Unit, units
from evals.suites import stored
from gateway.models import Chain, Model
from prompts.models import PromptVersion
from tenants import audit
from tenants import queueing as workers
from tenants.actors import SYSTEM, Actor
from tenants.models import Feature
from tenants.refusals import Conflict, Invalid
from tenants.scope import ALL, scope

MOST_AT_ONCE: Final = 200
_ROWS: Final = 2000
# Of one model's answers there is no second look: it is asked at once as often as the gate ever asks.
_REPEATS: Final = {Run.Kind.CANARY: 1, Run.Kind.CONFIDENCE: 1, Run.Kind.MODEL: REPEATS[-1]}


def start_run(
    suite: SuiteVersion,
    *,
    head: PromptVersion,
    base: PromptVersion | None = None,
    kind: Run.Kind | None = None,
    stands_for: Feature | None = None,
    at_once: int = 20,
    commit: str = "",
    model: str = "",
    by: Actor,
    at: datetime,
) -> Run:
    """Ask the suite of head, and of base beside it; or of head, by one model. Returns at once; workers do it.

    Nothing is asked later by a queue that is away now: it raises QueueAway, at the latest once this is committed.
    """
    _check(suite, head, base, at_once)
    _check_model(model, base)
    workers.check()
    kind = kind or (Run.Kind.MODEL if model else Run.Kind.COMPARISON if base else Run.Kind.FIRST)
    with transaction.atomic():
        run = Run.objects.create(
            kind=kind,
            stands_for=stands_for,
            suite=suite,
            prompt=head.prompt,
            base=base,
            head=head,
            at_once=at_once,
            commit=commit[:64],
            model=model,
            started_at=at,
            started_by_kind=by.kind,
            started_by_id=by.id,
            started_by_label=by.label,
        )
        plan(run, range(_REPEATS.get(kind, REPEATS[0])))
        facts = {"run": str(run.pk), "head": head.hash, "base": base.hash if base else None, "suite": suite.hash}
        facts |= {"model": model} if model else {}
        audit.append_to_installation(actor=by, action="run.started", object=str(suite.suite), payload=facts, at=at)
        queueing.begin(run.pk, untaken=partial(_end_unqueued, run))
    return run


def cancel_run(run: Run, *, by: Actor, at: datetime) -> bool:
    """Ask nothing more; what came is kept. False when it had ended."""
    with transaction.atomic():
        won = Run.objects.running().filter(pk=run.pk).update(state=Run.State.CANCELLED, ended_at=at)
        if won:
            facts = {"run": str(run.pk)}
            audit.append_to_installation(actor=by, action="run.cancelled", object=str(run.prompt), payload=facts, at=at)
    return bool(won)


def _end_unqueued(run: Run) -> None:
    """The queue answered a moment ago; what runs still is asked once it is back."""
    with scope(ALL):
        cancel_run(run, by=SYSTEM, at=run.started_at)
    raise workers.QueueAway(workers.AWAY)


def plan(run: Run, repeats: range, cases: Iterable[str] | None = None) -> int:
    """Write down what is to be asked, behind what is planned already; how many units."""
    keys = [case.key for case in stored.from_json(run.suite.content).cases] if cases is None else list(cases)
    last = Result.objects.of(run).aggregate(last=Max("place"))["last"]
    first = 0 if last is None else last + 1
    planned = 0
    for batch in batched(enumerate(units(run.arms, keys, repeats), first), _ROWS):
        rows = [_row(run, unit, place) for place, unit in batch]
        planned += len(Result.objects.bulk_create(rows, ignore_conflicts=True))
    return planned


def _row(run: Run, unit: Unit, place: int) -> Result:
    return Result(run=run, arm=unit.arm, case=unit.case, repeat=unit.repeat, place=place)


def _check(suite: SuiteVersion, head: PromptVersion, base: PromptVersion | None, at_once: int) -> None:
    if not suite.cases:
        raise Invalid("suite", f"{suite} has no cases.")
    if not 1 <= at_once <= MOST_AT_ONCE:
        raise Invalid("at_once", f"{at_once} must be from 1 to {MOST_AT_ONCE}.")
    if base is not None and base.prompt_id != head.prompt_id:
        raise Invalid("base", "it must be a version of the same prompt as head.")
    if base is not None and base.pk == head.pk:
        raise Conflict(f"{head.prompt} {head} would be compared with itself.")


def _check_model(name: str, base: PromptVersion | None) -> None:
    if not name:
        return
    if base is not None:
        raise Invalid("model", "a run that asks one model has no base: what changes between its arms is the version.")
    if not (Model.objects.filter(slug=name).exists() or Chain.objects.filter(slug=name).exists()):
        raise Invalid("model", f"there is no model or chain {name!r}.")
