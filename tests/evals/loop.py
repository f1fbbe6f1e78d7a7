"""The loop that an engineer goes through, in the tests' own hands: push, run, judge, promote, call."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from costs.prices import declare_price
from costs.pricing import PriceList
from evals import services
from evals.models import Run, SuiteVersion
from evals.runner import ask_units
from evals.suites.model import Assertion, Case, Gate, Suite
from gateway.services import Member, declare_chain, declare_model, declare_provider
from prompts import services as prompts
from prompts.bundle import Bundle
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Revision
from tenants.scope import ALL, scope
from tests.factories import make_operator
from tests.gateway.processes import Served, until

PROMPT, SUITE = "help", "help"
GOOD = "Answer from the help centre's articles only. When they do not say it, say that you do not know."
WORSE = "Answer with the help of the articles in our help centre."
QUESTIONS = {
    "return": ("How do I send a parcel back?", "30 days"),
    "refund": ("When does my refund arrive?", "5 working days"),
    "shipping": ("What does standard shipping cost?", "4.90"),
    "points": ("How many points do I get for a euro?", "one point"),
    "password": ("How do I reset my password?", "60"),
}
UNANSWERABLE = ("Who won the world cup in 1954?", "What is the capital of Peru?", "How tall is your founder?")


def now() -> datetime:
    return datetime.now(UTC)


def bundle(text: str, **model: Any) -> Bundle:
    return Bundle.parse(
        {
            "messages": [{"role": "system", "content": text}, {"role": "user", "content": "{{ question }}"}],
            "parts": {},
            "model": {"chain": "default", "temperature": 0, **model},
            "output": {},
            "variables": {"question": {"type": "string", "required": True}},
        }
    )


def suite(**gate: Any) -> Suite:
    answered = [
        Case(key, vars={"question": question}, checks=(Assertion("icontains", told),), tags=("grounded",))
        for key, (question, told) in QUESTIONS.items()
    ]
    refused = [
        Case(f"unknown-{number}", vars={"question": question}, checks=(Assertion("refusal-correct", True),))
        for number, question in enumerate(UNANSWERABLE)
    ]
    return Suite(SUITE, PROMPT, Gate(**gate), tuple(answered + refused))


def declare_loop(simulator: Served) -> None:
    with scope(ALL), transaction.atomic():
        make_operator()
        declare_provider(
            "simulator", name="Simulator", base_url=f"{simulator.url}/v1", simulated=True, allow_private=True,
            pricing_provider="openai", by=SYSTEM,
        )  # fmt: skip
        declare_model("mini", provider="simulator", by=SYSTEM)
        declare_chain("default", members=[Member("mini")], by=SYSTEM)
        declare_price("openai", "mini", PriceList.parse({"input": "0.15", "output": "0.60"}), by=SYSTEM, at=now())


@dataclass(frozen=True)
class Loop:
    gateway: Served
    simulator: Served

    def push(self, text: str, **model: Any) -> PromptVersion:
        with scope(ALL):
            pushed = prompts.push_version(PROMPT, bundle(text, **model), suites=[SUITE], by=SYSTEM, at=now())
        self.catch_up()
        return pushed.version

    def push_suite(self, content: Suite | None = None) -> SuiteVersion:
        with scope(ALL):
            version = services.push_suite(content or suite(), by=SYSTEM, at=now()).version
        self.catch_up()
        return version

    def run(
        self, head: PromptVersion, base: PromptVersion | None = None, content: Suite | None = None, **values: Any
    ) -> Run:
        """To its end, as the workers would: each shard in its turn, then the verdict, then what it asks for."""
        with scope(ALL):
            run = services.start_run(self.push_suite(content), head=head, base=base, by=SYSTEM, at=now(), **values)
        return self.finish(run)

    def finish(self, run: Run) -> Run:
        self.catch_up()
        while run.state == Run.State.RUNNING:
            for shard in run.shards.all():
                ask_units(shard)
            with scope(ALL):
                services.judge(run, at=now())
            run.refresh_from_db()
        return run

    def catch_up(self) -> None:
        wanted = Revision.objects.get(name="config").number
        until(lambda: self.gateway.get("/healthz")["config_revision"] >= wanted)
