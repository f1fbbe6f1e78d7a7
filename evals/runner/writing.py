"""What came of units, into their rows."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction

from evals.models import Result, Run
from evals.planning import Unit
from evals.runner.answers import Answer
from evals.scoring.checks import Graded
from evals.scoring.refusals import refused


class Done(NamedTuple):
    unit: Unit
    answer: Answer
    graded: Graded


def write(run: Run, done: Iterable[Done]) -> None:
    """All at once, and each once: of two workers that asked the same unit, the first to come writes it."""
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
        refused=None if output.error else refused(output.seen),
        latency_ms=output.latency_ms,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        cost_usd=output.cost_usd,
        model=output.model[:300],
        model_returned=answer.model_returned[:300],
        call_id=answer.call_id,
    )


def _check(check: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _storable(value) if isinstance(value, str) else value for name, value in check.items()}


def _storable(text: str) -> str:
    """By PostgreSQL: without NUL, and no half of a surrogate pair."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()
