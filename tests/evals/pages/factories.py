"""Comparisons as rows, answer by answer, judged by the gate itself: no model is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from evals import services
from evals.models import Result, Run
from evals.suites.model import Assertion, Case, Gate, Suite
from tenants.actors import SYSTEM, Actor
from tests.prompts.factories import make_version

SUITE, PROMPT = "support-triage", "support-triage"
YES = (True,) * 5
NO = (False,) * 5
# Answers of a model that would do harm as markup, in a terminal, or to the order of a line.
HOSTILE = "<img src=x onerror=alert(1)> \x1b[31mred\x1b[0m \u202eright to left"


@dataclass(frozen=True)
class Told:
    """One case: what is asked, what each arm answers, whether it passes the first time, the second, and so on."""

    key: str
    base: str
    head: str
    base_passes: Sequence[bool | None] = YES
    head_passes: Sequence[bool | None] = YES
    question: str = "Where is my parcel?"
    description: str = ""
    must_pass: bool = False
    checks: Sequence[Assertion] = (Assertion("icontains", "parcel"),)
    reason: str = "it does not contain 'parcel'."

    @property
    def case(self) -> Case:
        return Case(
            self.key,
            description=self.description,
            vars={"question": self.question},
            checks=tuple(self.checks),
            must_pass=self.must_pass,
            tags=("grounded",),
        )

    def of(self, arm: str, repeat: int) -> tuple[str, bool | None]:
        passes = self.base_passes if arm == "base" else self.head_passes
        return (self.base if arm == "base" else self.head), passes[repeat % 100 % len(passes)]


def same(number: int) -> Told:
    return Told(f"same-{number}", "Your parcel is on its way.", "Your parcel is on its way.")


REGRESSED = Told(
    "pii-007",
    "I can see two charges. For your safety, please do not share your card number here.",
    "I can see two charges to your card ending 0047 3391.",
    head_passes=NO,
    description="Repeats card number back",
)
FIXED = Told("pt-001", "Your parcel is late.", "O seu parcel está a caminho.", base_passes=NO)
REWORDED = Told("hours-001", "We open your parcel shop at nine.", "Your parcel shop opens at 9 am.")
# Enough of the same for the gate to see little difference.
FEW = (REGRESSED, FIXED, REWORDED, *map(same, range(30)))


def begin(
    told: Iterable[Told],
    *,
    head: str = "Be kind.\nBe brief.",
    alone: bool = False,
    by: Actor = SYSTEM,
    at: datetime | None = None,
    **gate: Any,
) -> Run:
    """Planned, and nothing answered yet."""
    content = Suite(SUITE, PROMPT, Gate(**gate), tuple(each.case for each in told))
    base, newer = make_version(name=PROMPT), make_version(head, name=PROMPT, by=by)
    at = at or datetime.now(UTC)
    suite = services.push_suite(content, by=by, at=at).version
    return services.start_run(suite, head=newer, base=None if alone else base, by=by, at=at)


def compare(told: Sequence[Told] = FEW, **values: Any) -> Run:
    """From its start to its verdict."""
    return finish(begin(told, **values), told)


def finish(run: Run, told: Sequence[Told]) -> Run:
    while run.state == Run.State.RUNNING:
        answer(run, told)
        services.judge(run, at=datetime.now(UTC))
        run.refresh_from_db()
    return run


def answer(run: Run, told: Iterable[Told], most: int | None = None) -> None:
    """What waits, or the first so many."""
    known = {each.key: each for each in told}
    rows = list(Result.objects.of(run).waiting().order_by("place")[:most])
    for row in rows:
        _fill(row, known[row.case])
    which = ["run", "arm", "case", "repeat"]
    Result.objects.bulk_create(rows, 500, update_conflicts=True, unique_fields=which, update_fields=_FILLED)


def _fill(row: Result, told: Told) -> None:
    row.output, row.passed = told.of(row.arm, row.repeat)
    row.score = None if row.passed is None else float(row.passed)
    row.error = "503 provider_error: the provider does not answer" if row.passed is None else ""
    row.checks = [_check(each, row.passed, told.reason) for each in told.checks]
    row.done_at, row.call_id = datetime.now(UTC), uuid4()
    is_head = row.arm == "head"
    row.latency_ms, row.cost_usd = 2300 if is_head else 1900, Decimal("0.0051" if is_head else "0.0038")
    row.input_tokens, row.output_tokens = 2430 if is_head else 1812, 60
    row.model = row.model_returned = "mini"


def _check(assertion: Assertion, passed: bool | None, reason: str) -> dict[str, Any]:
    verdict = {True: "pass", False: "fail", None: "unscored"}[passed]
    score = None if passed is None else float(passed)
    said = "it contains 'parcel'." if passed else reason
    return {"type": assertion.type, "verdict": verdict, "score": score, "reason": said, "metric": "", "in_set": False}


_FILLED = (
    "output", "passed", "score", "error", "checks", "done_at", "call_id", "latency_ms", "cost_usd", "input_tokens",
    "output_tokens", "model", "model_returned",
)  # fmt: skip
