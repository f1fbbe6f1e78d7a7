"""Day after day, through a real gateway and a real worker: calm while the model is the same, told when it is not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from evals import services
from evals.drift.cusum import CALIBRATION
from evals.models import DriftAlarm, Run
from evals.services.canaries import EVERY, WHILE_CALIBRATING
from evals.suites.model import Assertion, Case, Gate, Suite
from tenants.models import Role
from tenants.scope import ALL, scope
from tests.evals.loop import GOOD, PROMPT, SUITE, Loop, now
from tests.evals.pages.asking import said
from tests.evals.working import a_worker
from tests.factories import make_operator, make_user
from tests.gateway.processes import HTTP, until
from tests.prompts.factories import make_release

# No help centre knows. A model that drifted answers three of them all the same.
QUESTIONS = [f"Is there snow on hill {number}?" for number in range(20)]
CALM_DAYS = 6
# How long an answer takes says how busy this machine is.
LATENCY = "latency_ms"


class Days:
    """The clock that is passed in: an hour or a day from one canary to the next, all of them in the past."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.at = now() - timedelta(days=60)

    def next(self, step: timedelta = EVERY) -> tuple[float, int]:
        """The pass rate of the canary that is due after so long, and how often the provider was asked for it."""
        self.at, before = self.at + step, self.asked()
        with scope(ALL):
            (run,) = services.start_due_canaries(at=self.at)
            assert services.start_due_canaries(at=self.at) == []
        until(Run.objects.finished().filter(pk=run.pk).exists, seconds=30)
        run.refresh_from_db()
        return run.report["arms"]["head"]["pass_rate"], self.asked() - before

    def until(self, signal: str, most: int) -> list[float]:
        """The pass rates of the days until that is raised."""
        rates: list[float] = []
        while signal not in raised() and len(rates) < most:
            rates.append(self.next()[0])
        return rates

    def asked(self) -> int:
        return int(self.loop.simulator.get("/control/calls")["total"])

    def fault(self, kind: str) -> None:
        HTTP.post(f"{self.loop.simulator.url}/control/faults", json={"fault": kind}).raise_for_status()


def raised() -> set[str]:
    return set(DriftAlarm.objects.exclude(signal=LATENCY).values_list("signal", flat=True))


@pytest.fixture
def worker(loop: Loop) -> Iterator[None]:
    with a_worker(loop.gateway):
        yield


@pytest.fixture
def days(loop: Loop, worker: None) -> Days:
    """A suite of which a version is live."""
    head = loop.push(GOOD)
    cases = tuple(
        Case(f"hill-{number}", vars={"question": question}, checks=(Assertion("refusal-correct", True),))
        for number, question in enumerate(QUESTIONS)
    )
    loop.push_suite(Suite(SUITE, PROMPT, Gate(), cases))
    with scope(ALL):
        make_release(head)
    return Days(loop)


@pytest.mark.timeout(180)
def test_a_provider_that_changes_behind_its_name_is_noticed(days: Days, client: Client) -> None:
    calm = [days.next(step) for step in (*[WHILE_CALIBRATING] * CALIBRATION, *[EVERY] * CALM_DAYS)]
    # Each case is asked anew each time: an answer that was kept would stay the same for ever.
    assert set(calm) == {(1.0, len(QUESTIONS))}
    assert raised() == set()

    days.fault("drifted_model")
    assert days.next() == (1.0, len(QUESTIONS))
    assert raised() == {"model"}

    days.fault("drifted_answers")
    assert days.until("pass_rate", most=3) == [0.85, 0.85, 0.85]
    assert raised() >= {"model", "pass_rate"}

    with scope(ALL):
        client.force_login(make_user("engineer@operator.example", Role.ENGINEER, make_operator()))
    shown = said(client.get("/drift/"))
    assert "Pass rate went down: 85.0%, usually 100.0%." in shown
    assert "The provider answers as mini-drifted, which it never did before." in shown
    assert "since model mini-drifted" in shown
