from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from aiops import health
from aiops.checks import troubles_at
from costs.heartbeat import Heartbeat
from killswitch import sweeping, tasks
from tenants.actors import Actor
from tenants.models import Process, Tenant
from tests.api.test_stops import make_gateway
from tests.killswitch.factories import make_stop


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.AIOPS_HOME = tmp_path
    return tmp_path


@pytest.fixture
def all_well(home: Path, operator: Tenant) -> None:
    make_gateway("gateway-1", stops_revision=0)
    beat(home)
    sweeping.tell(at=datetime.now(UTC))


def beat(home: Path, **values: Any) -> None:
    now = datetime.now(UTC)
    Heartbeat(**{"at": now, "pid": 1, "started_at": now, "backlog_bytes": 0, **values}).write(home)


def checks(client: Client) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = client.get("/healthz").json()["checks"]
    return found


@pytest.fixture
def database_down(django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody listens where PostgreSQL is looked for."""
    with django_db_blocker.unblock():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "PORT", 1)
        yield
        connection.close()


def test_when_all_is_well_it_says_so(client: Client, all_well: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["version"] == health.version()


@pytest.mark.parametrize(
    ("beats", "check", "told"),
    [
        ({"at": datetime.now(UTC) - timedelta(minutes=1)}, "recorder", "is silent for"),
        ({"fault": "No space left on device"}, "recorder", "cannot write"),
        ({"backlog_bytes": 900 << 20}, "journal", "900.0 MiB of at most 1024"),
    ],
)
def test_what_is_wrong_is_said_and_the_answer_stays_200(
    client: Client, all_well: None, home: Path, beats: dict[str, Any], check: str, told: str
) -> None:
    beat(home, **beats)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"][check]["ok"] is False
    assert told in answer.json()["checks"][check]["detail"]


def test_a_recorder_that_never_reported_is_missed(client: Client, home: Path, operator: Tenant) -> None:
    assert "never reported" in checks(client)["recorder"]["detail"]


@pytest.mark.parametrize(("seconds", "ok"), [(5, True), (40, False)])
def test_a_worker_that_stands_still_is_noticed(client: Client, all_well: None, seconds: int, ok: bool) -> None:
    sweeping.tell(at=datetime.now(UTC) - timedelta(seconds=seconds))
    silent = f"aiops_worker_silent_seconds {seconds}"
    assert checks(client)["worker"]["ok"] is ok
    assert silent in client.get("/metrics").content.decode()
    told = " ".join(trouble.told for trouble in troubles_at(datetime.now(UTC)))
    assert ("The worker has not swept for 40 s: stops do not end by themselves" in told) is not ok


def test_a_worker_that_never_swept_is_missed(client: Client, home: Path, operator: Tenant) -> None:
    assert "The worker has not swept at all" in checks(client)["worker"]["detail"]
    assert "aiops_worker_silent_seconds" not in client.get("/metrics").content.decode()


def test_looking_for_stops_that_end_is_the_workers_sign_of_life(client: Client, all_well: None) -> None:
    cache.clear()
    tasks.lift_expired()
    assert checks(client)["worker"] == {"ok": True, "detail": "sweeps"}


def test_a_gateway_out_of_contact_is_counted(client: Client, all_well: None) -> None:
    lost = make_gateway("gateway-2", stops_revision=0)
    lost.seen_at -= timedelta(minutes=1)
    lost.save()
    assert checks(client)["gateways"] == {"ok": False, "detail": "1 of 2 answering"}


def test_what_a_gateway_cannot_use_is_not_named_to_everybody(client: Client, all_well: None, by_support: Actor) -> None:
    faults = ["the journal is full: calls are refused", "the key of acme-ai does not open", "prompt welcome v1: broken"]
    Process.objects.update(faults=faults)
    told = "the journal is full: calls are refused; gateway-1: a part of the configuration is not in force here"
    assert told in checks(client)["gateways"]["detail"]
    assert "acme-ai" not in client.get("/healthz").content.decode()
    assert "acme-ai" in " ".join(trouble.told for trouble in troubles_at(datetime.now(UTC)))


def test_each_gateway_that_tells_a_fault_is_named_once(client: Client, all_well: None) -> None:
    fault = "the journal is full: calls are refused"
    make_gateway("gateway-2", stops_revision=0)
    Process.objects.update(faults=[fault, fault])
    assert f"gateway-1, gateway-2: {fault}" in " ".join(trouble.told for trouble in troubles_at(datetime.now(UTC)))


def test_without_redis_it_is_degraded(client: Client, all_well: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert checks(client)["redis"]["ok"] is False


def test_without_the_database_it_lives_and_is_not_ready(client: Client, home: Path, database_down: None) -> None:
    alive, ready, numbers = client.get("/healthz"), client.get("/readyz"), client.get("/metrics")
    assert (alive.status_code, alive.json()["checks"]["database"]["ok"]) == (200, False)
    assert ready.status_code == 503
    assert b"aiops_database_up 0.0" in numbers.content
    assert b"aiops_killswitch_readable 0.0" in numbers.content


@pytest.mark.parametrize(("address", "told"), [("/spend/", "The database does not answer"), ("/api/v1/stops/", "503")])
def test_without_the_database_pages_and_the_api_say_so(
    client: Client, home: Path, database_down: None, address: str, told: str
) -> None:
    client.raise_request_exception = False
    client.cookies[settings.SESSION_COOKIE_NAME] = "of somebody who was here before"
    answer = client.get(address, headers={"authorization": "Bearer aiops_console_x"})
    assert answer.status_code == 503
    assert told in f"{answer.status_code} {answer.content.decode()}"


def test_a_form_that_was_sent_without_the_database_is_not_thrown_away(
    client: Client, home: Path, database_down: None
) -> None:
    client.raise_request_exception = False
    client.cookies[settings.SESSION_COOKIE_NAME] = "of somebody who was here before"
    sent, looked = client.post("/budgets/set/").content.decode(), client.get("/spend/").content.decode()
    assert "Go back with your browser: what you typed is still in the form." in sent
    assert "Try again" not in sent
    assert "Try again" in looked
    assert "What you sent" not in looked


def test_it_is_ready_once_migrated(client: Client, db: None) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}


def test_an_older_database_is_not_ready(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: ["one"])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "prepare_database" in answer.json()["detail"]


def test_metrics_count_without_naming_anybody(client: Client, all_well: None, acme: Tenant, by_support: Actor) -> None:
    make_stop(acme, by=by_support, at=datetime.now(UTC), note="nobody else's business")
    text = client.get("/metrics").content.decode()
    assert 'aiops_stops_active{scope="tenant"} 1.0' in text
    assert 'aiops_stops_active{scope="global"} 0.0' in text
    assert "aiops_gateways_answering 1.0" in text
    assert "aiops_killswitch_readable 1.0" in text
    assert 'aiops_revision{name="stops"}' in text
    assert "acme" not in text


@pytest.mark.parametrize("address", ["/healthz", "/healthz/killswitch", "/readyz", "/metrics"])
def test_nothing_is_posted_or_kept(client: Client, home: Path, db: None, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.get(address)["Cache-Control"] == "no-store"
