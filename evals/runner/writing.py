"""What came of units, into their rows."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import DataError, IntegrityError, transaction

from evals.models import Result, Run
from evals.planning import Unit
from evals.runner.answers import Answer, Grounded
from evals.scoring.checks import Graded, Output
from evals.scoring.refusals import refused

log = logging.getLogger(__name__)

# What a value can do that no column takes. A database that is away is no fault of the row.
_FAULTS: Final = (DataError, IntegrityError, ValueError, TypeError)


class Done(NamedTuple):
    unit: Unit
    answer: Answer
    graded: Graded


def write(run: Run, done: Sequence[Done]) -> None:
    """All at once, and each once: of two workers that asked the same unit, the first to come writes it."""
    try:
        _write_all(run, done)
    except _FAULTS:
        for each in done:
            _write_alone(run, each)


def _write_alone(run: Run, done: Done) -> None:
    """One that cannot be kept takes none with it: why it cannot is what is kept."""
    try:
        _write_all(run, [done])
    except _FAULTS as fault:
        log.warning("result.not_kept run=%s unit=%s %r", run.pk, done.unit, fault)
        error = Output(error=f"The answer cannot be kept. {type(fault).__name__}: {fault}"[:1000])
        _write_all(run, [Done(done.unit, Answer(error, call_id=done.answer.call_id), Graded(None, None))])


def _write_all(run: Run, done: Iterable[Done]) -> None:
    with transaction.atomic():
        for each in done:
            _write(run, *each)


def _write(run: Run, unit: Unit, answer: Answer, graded: Graded) -> None:
    output = answer.output
    Result.objects.of(run).waiting().filter(arm=unit.arm, case=unit.case, repeat=unit.repeat).update(
        done_at=datetime.now(UTC),
        passed=graded.passed,
        score=graded.score,
        checks=[_check(asdict(check)) for check in graded.checks],
        output=_storable(output.seen),
        error=_storable(output.error),
        refused=None if output.error else _refused(answer),
        **_grounded(answer.grounded),
        latency_ms=output.latency_ms,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        cost_usd=output.cost_usd,
        model=_storable(output.model)[:300],
        model_returned=_storable(answer.model_returned)[:300],
        call_id=answer.call_id,
    )


def _refused(answer: Answer) -> bool:
    """By what the gateway says, where it says something; else by the words."""
    return refused(answer.output.seen) if answer.grounded is None else bool(answer.grounded.refusal)


def _grounded(found: Grounded | None) -> dict[str, Any]:
    if found is None:
        return {}
    sure = None if found.confidence is None else Decimal(str(round(found.confidence, 4)))
    return {"confidence": sure, "refusal": found.refusal[:20]}


def _check(check: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _storable(value) if isinstance(value, str) else value for name, value in check.items()}


def _storable(text: str) -> str:
    """By PostgreSQL: without NUL, and no half of a surrogate pair."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()
