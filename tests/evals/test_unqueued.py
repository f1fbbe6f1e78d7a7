"""A run whose queue answers when it is asked for, and is away once it is committed."""

from typing import Any

import pytest
from django.test import Client
from kombu.exceptions import OperationalError
from rest_framework.test import APIClient

from aiops.celery import app
from evals import services, tasks
from evals.models import Run, SuiteVersion
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Role, Tenant
from tenants.queueing import QueueAway
from tenants.scope import ALL, scope
from tests.evals.calibration.loop import case, grounded_suite
from tests.evals.factories import AT, make_suite
from tests.evals.parity.factories import make_chain
from tests.factories import make_feature, make_key, make_operator, make_user
from tests.gateway.pages.asking import words
from tests.prompts.factories import make_release, make_version

ASK = "/chains/default/suite/"


class Queue:
    """Takes so many messages, and then none."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.taken: list[str] = []

    def send_task(self, name: str, args: tuple[str, ...], **options: Any) -> None:
        if len(self.taken) == self.takes:
            raise OperationalError
        self.taken.append(name)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    found = Queue(takes=0)
    monkeypatch.setattr(app, "send_task", found.send_task)
    return found


@pytest.fixture
def operator(committed: None) -> Tenant:
    with scope(ALL):
        return make_operator()


@pytest.fixture
def version(operator: Tenant) -> PromptVersion:
    with scope(ALL):
        make_chain("first", "second")
        found = make_version()
        make_release(found)
        return found


@pytest.fixture
def suite(version: PromptVersion) -> SuiteVersion:
    with scope(ALL):
        return make_suite("welcome")


@pytest.fixture
def page(client: Client, operator: Tenant) -> Client:
    with scope(ALL):
        client.force_login(make_user("engineer@operator.example", Role.ENGINEER, operator))
    return client


def start(suite: SuiteVersion, version: PromptVersion, **values: Any) -> Run:
    with scope(ALL):
        return services.start_run(suite, head=version, by=SYSTEM, at=AT, **values)


def test_whoever_asked_is_told_and_nothing_is_asked_later(
    suite: SuiteVersion, version: PromptVersion, operator: Tenant, queue: Queue
) -> None:
    with pytest.raises(QueueAway, match="nothing was started"):
        start(suite, version)
    queue.takes = 9
    tasks.pick_up_runs()
    assert queue.taken == []
    assert Run.objects.get().state == "cancelled"
    with scope(ALL):
        told = AuditEntry.objects.of(operator).filter(action__startswith="run.").order_by("seq")
        assert list(told.values_list("action", flat=True)) == ["run.started", "run.cancelled"]


def test_one_of_which_a_part_was_taken_goes_on(suite: SuiteVersion, version: PromptVersion, queue: Queue) -> None:
    queue.takes = 1
    assert start(suite, version).state == "running"
    assert Run.objects.running().exists()


def test_a_canary_is_due_still(suite: SuiteVersion, version: PromptVersion, queue: Queue) -> None:
    with scope(ALL):
        type(suite.suite).objects.update(is_canary=True)
    assert services.start_due_canaries(at=AT) == []
    queue.takes = 9
    assert len(services.start_due_canaries(at=AT)) == 1


def test_the_page_says_that_nothing_was_started(page: Client, suite: SuiteVersion, queue: Queue) -> None:
    answer = page.post(ASK, {"model": "second"})
    said = words(answer.content.decode())
    assert answer.status_code == 503
    assert "so nothing was started" in said
    assert "asked of second" not in said
    run = Run.objects.get()
    assert "Never asked: no worker could be told of it" in words(page.get(f"/evals/runs/{run.pk}/").content.decode())


def test_the_page_says_which_suites_were_asked_before_it_went_away(
    page: Client, suite: SuiteVersion, queue: Queue
) -> None:
    with scope(ALL):
        make_suite("tone")
    queue.takes = 2
    said = words(page.post(ASK, {"model": "second"}, follow=True).content.decode())
    [asked] = Run.objects.running().values_list("suite__suite__name", flat=True)
    [left] = {"tone", "welcome"} - {asked}
    assert f"{asked} is asked of second." in said
    assert f"Then the workers' queue did not answer, so {left} is not asked" in said


def test_a_features_page_says_that_nothing_was_asked(page: Client, version: PromptVersion, queue: Queue) -> None:
    with scope(ALL):
        make_feature("answers")
        content = grounded_suite(case("a", "How?", "30"), name="help", prompt="welcome")
        services.push_suite(content, by=SYSTEM, at=AT)
    said = words(page.post("/confidence/answers/ask/", {"suite": "help"}, follow=True).content.decode())
    assert "Nothing was asked. The workers' queue does not answer" in said
    assert "help is asked now" not in said


def test_the_api_says_so(operator: Tenant, suite: SuiteVersion, version: PromptVersion, queue: Queue) -> None:
    client = APIClient()
    with scope(ALL):
        key = make_key(operator, role=Role.ENGINEER).text
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    answer = client.post("/api/v1/runs/", {"suite": "welcome", "head": version.hash}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "queue_away")
