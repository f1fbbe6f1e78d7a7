"""A prompt with a history, made through the services that the product uses."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from evals.models import Run
from prompts import services
from prompts.models import Prompt, PromptVersion, Release
from prompts.services import Origin
from tenants.actors import SYSTEM, Actor
from tests.costs.factories import costing, make_failed, make_finished, make_opened, record
from tests.evals.factories import make_run, make_suite
from tests.prompts.factories import AT, make_bundle

NAME: Final = "support-answer"
PARTS: Final = {
    "parts/persona.md": "You answer for Acme.\nYou are calm, brief and honest.",
    "parts/refunds.md": "Refunds are possible within 30 days.\nAsk for the order number first.",
}
TEXT: Final = '{% include "parts/persona.md" %}\n{% include "parts/refunds.md" %}\nQuote your sources.'


def make_version(
    refunds: str = PARTS["parts/refunds.md"],
    *,
    name: str = NAME,
    text: str = TEXT,
    message: str = "Say how refunds work",
    author: str = "Ada Lovelace <ada@operator.example>",
    temperature: float = 0.2,
    by: Actor = SYSTEM,
    at: datetime = AT,
    **values: Any,
) -> PromptVersion:
    bundle = make_bundle(
        text,
        parts={**PARTS, "parts/refunds.md": refunds},
        model={"chain": "default", "temperature": temperature, "max_output_tokens": 600},
    )
    origin = Origin("4f1c0a9be7d2", author, message)
    return services.push_version(name, bundle, suites=[name], origin=origin, by=by, at=at, **values).version


def release(version: PromptVersion, environment: str = "production", *, at: datetime = AT, **values: Any) -> Release:
    return services.release(version, environment=environment, at=at, **{"by": SYSTEM} | values).release


def judge(head: PromptVersion, base: PromptVersion | None = None, *, verdict: str = "pass", rate: float = 0.933) -> Run:
    report = {"arms": {"head": {"pass_rate": rate}}, "gate": {"sentences": []}}
    return make_run(make_suite(NAME, prompt=NAME), head, base, verdict=verdict, report=report)


def record_calls(version: PromptVersion, tenant: UUID, feature: UUID, *, calls: int = 3, at: datetime) -> None:
    opened = [
        make_opened(tenant=tenant, feature=feature, prompt_version=version.hash, at=at - timedelta(hours=number))
        for number in range(1, calls + 1)
    ]
    record(*(make_finished(each, cost=costing(str(Decimal("0.25")))) for each in opened), at=at)


def record_arm(
    version: PromptVersion,
    tenant: UUID,
    feature: UUID,
    *,
    calls: int,
    failed: int = 0,
    cost: str = "0.004",
    at: datetime,
) -> None:
    """So many answers of as many people, and so many calls that failed besides."""
    opened = [
        make_opened(tenant=tenant, feature=feature, prompt_version=version.hash, user=f"user-{number}", at=at)
        for number in range(calls + failed)
    ]
    answered = [make_finished(each, cost=costing(cost)) for each in opened[:calls]]
    record(*answered, *(make_failed(each) for each in opened[calls:]), at=at)


def prompt() -> Prompt:
    return services.find_prompt(NAME)


def served(environment: str = "production") -> str:
    found = services.live(prompt(), environment)
    return str(found.version) if found else "nothing"
