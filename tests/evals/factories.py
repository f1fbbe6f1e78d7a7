"""Suites and runs as rows, for what is asked of them afterwards."""

from datetime import UTC, datetime
from typing import Any

from evals import services
from evals.models import Run, SuiteVersion
from evals.suites.model import Assertion, Case, Gate, Suite
from prompts.models import PromptVersion
from tenants.actors import SYSTEM

AT = datetime(2026, 11, 22, 2, 14, 7, tzinfo=UTC)


def make_suite(
    name: str = "welcome", *, prompt: str = "welcome", cases: int = 3, candidate: bool = False, **gate: Any
) -> SuiteVersion:
    found = tuple(
        Case(f"case-{number}", vars={"question": str(number)}, checks=(Assertion("icontains", "yes"),))
        for number in range(cases)
    )
    content = Suite(name, prompt, Gate(**gate), found)
    return services.push_suite(content, candidate=candidate, by=SYSTEM, at=AT).version


def make_run(
    suite: SuiteVersion, head: PromptVersion, base: PromptVersion | None = None, *, verdict: str = "pass", **values: Any
) -> Run:
    """One that is over."""
    kind = Run.Kind.COMPARISON if base else Run.Kind.FIRST
    fields: dict[str, Any] = {"kind": kind, "state": Run.State.FINISHED, "started_at": AT, "ended_at": AT, "report": {}}
    return Run.objects.create(
        suite=suite, prompt=head.prompt, head=head, base=base, verdict=verdict, started_by_kind="system",
        started_by_id="system", started_by_label="the console itself", **(fields | values),
    )  # fmt: skip
