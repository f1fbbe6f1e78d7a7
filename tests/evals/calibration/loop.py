"""A suite that is answered from sources, and runs of it as rows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from evals.models import Result, Run
from evals.services import push_suite
from evals.suites.model import Assertion, Case, Suite
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Feature
from tests.evals.factories import make_run
from tests.prompts.factories import make_release, make_version

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SOURCES = [
    {"id": "returns", "title": "Send a parcel back", "text": "You can send a parcel back within 30 days of delivery."},
    {"id": "cards", "title": "Gift cards", "text": "Gift cards are valid for 3 years from the day of purchase."},
]

# How sure, whether right: None is that it could not be told.
type Told = tuple[float | None, bool | None]


def case(key: str, question: str, told: str, **more: Any) -> Case:
    given = {"question": question, "sources": SOURCES, **more}
    return Case(key, vars=given, checks=(Assertion("icontains", told),))


def grounded_suite(*cases: Case, name: str = "help", prompt: str = "help") -> Suite:
    return Suite(name, prompt, cases=cases)


def measured_run(
    feature: Feature,
    answers: Sequence[Told],
    *,
    refused: int = 0,
    name: str = "welcome",
    text: str = "Be kind.",
    model: str = "",
    **values: Any,
) -> Run:
    """Of what is live, unless something else is released afterwards."""
    version = make_version(text, name=name)
    make_release(version)
    return run_of(version, feature, answers, refused=refused, name=name, model=model, **values)


def run_of(
    version: PromptVersion,
    feature: Feature,
    answers: Sequence[Told],
    *,
    refused: int = 0,
    name: str = "welcome",
    model: str = "",
    **values: Any,
) -> Run:
    number = len(answers) + refused
    content = Suite(name, name, cases=tuple(case(f"case-{each}", "How?", "30") for each in range(number)))
    suite = push_suite(content, by=SYSTEM, at=AT).version
    run = make_run(suite, version, verdict="", **({"kind": "confidence", "stands_for": feature} | values))
    told = [*answers, *[(0.1, None)] * refused]
    Result.objects.bulk_create(
        Result(
            run=run, arm="head", case=f"case-{place}", repeat=0, place=place, done_at=AT, passed=is_right,
            confidence=None if sure is None else Decimal(str(sure)), model=model,
            refusal="model_refused" if place >= len(answers) else "",
            error="503 no_model_answered: nobody" if sure is None else "",
        )
        for place, (sure, is_right) in enumerate(told)
    )  # fmt: skip
    return run


def good(number: int = 95, wrong: int = 5) -> list[Told]:
    """Right ones that are sure, and wrong ones that are not."""
    return [*[(0.9, True)] * number, *[(0.4, False)] * wrong]
