import json
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, override
from uuid import UUID

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from aiops.demo import loading
from aiops.demo.asks import Ask
from aiops.demo.cast import STAFF
from aiops.demo.declarations import of_the_environment
from aiops.demo.plan import plan
from aiops.demo.stage import Stage
from aiops.embedded.credentials import has_demo
from aiops.embedded.home import Home
from costs.models import Call
from evals.models import Run
from gateway.models import DrillPlan, Model, Provider
from killswitch.models import StopEvent
from prompts.models import Release
from tenants import keys, services
from tenants.actors import SYSTEM
from tenants.models import OPERATOR, ApiKey, AuditEntry, Tenant, User
from tenants.scope import ALL, scope
from tests import database
from tests.demo.first_start import FirstStart, forget
from tests.demo.starting import bootstrap

CALLS = 300


@pytest.fixture(autouse=True)
def home(committed: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that was never started, and its data folder."""
    settings.AIOPS_HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(loading, "plan", partial(plan, calls=CALLS))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("AIOPS_LOCAL_LLM_URL", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstStart]:
    yield FirstStart(tmp_path_factory.mktemp("first") / "home")
    forget()


@pytest.fixture
def told(home: Path, first_start: FirstStart) -> dict[str, Any]:
    """By a first start with the demo."""
    return first_start.in_place(home)


def count_calls() -> int:
    with scope(ALL):
        return Call.objects.count()


def fingerprints() -> dict[UUID, tuple[Any, ...]]:
    """Of every call, how it ended and what it was made of."""
    told = ("outcome", "model", "prompt_version", "input_tokens", "output_tokens", "cost_usd", "latency_ms", "hops")
    with scope(ALL):
        return {row[0]: row[1:] for row in Call.objects.values_list("id", *told)}


def test_without_the_demo_there_is_an_operator_and_a_service_key() -> None:
    told = bootstrap()
    text = keys.parse(told["service_token"])
    with scope(ALL):
        assert text is not None
        key = ApiKey.objects.get(pk=text.id)
        assert (key.kind, key.role, key.tenant.slug) == ("service", "admin", OPERATOR)
        assert list(Tenant.objects.values_list("slug", flat=True)) == [OPERATOR]
    assert (told["demo"], told["holds_demo"], told["has_people"]) == (None, False, False)


def test_a_second_start_tells_the_same_and_adds_nothing(told: dict[str, Any]) -> None:
    with scope(ALL):
        before = (AuditEntry.objects.count(), StopEvent.objects.count(), ApiKey.objects.count())
    assert bootstrap("--demo") == told
    with scope(ALL):
        assert (AuditEntry.objects.count(), StopEvent.objects.count(), ApiKey.objects.count()) == before
    assert count_calls() == len(plan(datetime.now(UTC), calls=CALLS))


def test_prompts_are_released_with_a_reason_and_their_changes_wait_for_the_workers(told: dict[str, Any]) -> None:
    bootstrap("--demo")
    with scope(ALL):
        released = Release.objects.filter(kind=Release.Kind.RELEASE)
        assert sorted(str(release.version) for release in released) == [*["v1"] * 8, "v2", "v2", *["v3"] * 3]
        assert all(release.override_reason for release in released)
        runs = (
            Run.objects.filter(kind=Run.Kind.COMPARISON)
            .select_related("suite__suite")
            .order_by("prompt__name", "head__number")
        )
        assert [(str(run.suite.suite), str(run.base), str(run.head)) for run in runs] == [
            ("document-qa", "v1", "v2"),
            ("document-qa", "v2", "v3"),
            ("support-answer", "v1", "v2"),
            ("ticket-title", "v1", "v2"),
        ]
        measured = Run.objects.select_related("suite__suite", "stands_for").get(kind=Run.Kind.CONFIDENCE)
        assert (str(measured.suite.suite), str(measured.head), str(measured.stands_for)) == (
            "grounded-answers", "v1", "Draft replies",
        )  # fmt: skip
        assert {run.state for run in (*runs, measured)} == {Run.State.RUNNING}


def test_whether_the_second_model_could_stand_in_waits_for_the_workers_too(told: dict[str, Any]) -> None:
    bootstrap("--demo")
    with scope(ALL):
        runs = Run.objects.exclude(model="").order_by("prompt__name", "model")
        assert [(str(run.prompt), run.model) for run in runs] == [
            (prompt, model)
            for prompt in ("document-qa", "support-answer", "ticket-title")
            for model in ("gpt-4o", "gpt-4o-mini")
        ]
        plan = DrillPlan.objects.get()
        assert plan.last_due(at=datetime.now(UTC)) > plan.since


def test_what_was_changed_since_stays_and_only_the_simulators_address_follows(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with scope(ALL):
        services.declare_tenant("northwind", name="Renamed", by=SYSTEM)
    monkeypatch.setenv("AIOPS_SIMULATOR_URL", "http://127.0.0.1:12345/v1")
    bootstrap("--demo")
    with scope(ALL):
        assert Tenant.objects.get(slug="northwind").name == "Renamed"
        assert Provider.objects.get().base_url == "http://127.0.0.1:12345/v1"


@pytest.mark.parametrize("calls", [1, 3, 9])
def test_a_load_that_broke_off_is_completed_with_the_same_calls(monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    """After so many parts of its months; the next load may be on another day."""

    class Breaks(Stage):
        left = calls

        @override
        def play(self, asks: Iterable[Ask]) -> int:
            self.left -= 1
            played = super().play(list(asks)[: None if self.left else 40])
            if not self.left:
                raise KeyboardInterrupt
            return played

    with monkeypatch.context() as broken:
        broken.setattr(loading, "Stage", Breaks)
        with pytest.raises(KeyboardInterrupt):
            bootstrap("--demo")
    before = fingerprints()
    bootstrap("--demo")
    after = fingerprints()
    assert before.items() <= after.items()
    assert len(after) == len(plan(datetime.now(UTC), calls=CALLS))
    with scope(ALL):
        assert StopEvent.objects.filter(kind=StopEvent.Kind.JOINED).count() == 0
        assert Release.objects.count() == 15


def test_broken_off_or_not_the_months_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap("--demo")
    first = fingerprints()
    with scope(ALL):
        until = AuditEntry.objects.get(action="demo.begun").payload
        assert until is not None
    database.clear()
    monkeypatch.setattr(loading, "_begin", lambda at: datetime.fromisoformat(json.loads(until)["until"]))
    bootstrap("--demo")
    assert fingerprints() == first


def test_a_start_without_the_demo_goes_on_with_the_one_that_is_there(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not has_demo(Home(home))
    bootstrap("--demo")
    assert has_demo(Home(home))
    monkeypatch.setenv("AIOPS_SIMULATOR_URL", "http://127.0.0.1:12345/v1")
    told = bootstrap()
    assert (told["demo"], told["holds_demo"], told["has_people"]) == (None, True, True)
    with scope(ALL):
        assert Provider.objects.get().base_url == "http://127.0.0.1:12345/v1"


def test_keys_keep_their_text_when_the_database_is_made_anew(told: dict[str, Any]) -> None:
    database.clear()
    assert bootstrap("--demo") == told


def test_a_revoked_key_gets_a_successor() -> None:
    first = bootstrap()["service_token"]
    with scope(ALL):
        ApiKey.objects.update(revoked_at=datetime.now(UTC))
    assert bootstrap()["service_token"] != first


def test_passwords_that_were_lost_are_made_anew(told: dict[str, Any], home: Path) -> None:
    (home / "secrets.json").unlink()
    login = bootstrap("--demo")["demo"]["logins"]["admin"]
    with scope(ALL):
        assert User.objects.get(email=login["email"]).check_password(login["password"])


def test_a_password_that_its_owner_changed_stays_changed(told: dict[str, Any]) -> None:
    with scope(ALL):
        user = User.objects.get(email=STAFF[0].email)
        user.set_password("chosen by its owner")
        user.save()
    bootstrap("--demo")
    with scope(ALL):
        assert User.objects.get(email=STAFF[0].email).check_password("chosen by its owner")


def test_what_is_kept_is_private_and_leaves_the_rest_alone(home: Path) -> None:
    (home / "secrets.json").write_text('{"SECRET_KEY": "s"}')
    bootstrap()
    assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600
    assert json.loads((home / "secrets.json").read_text())["SECRET_KEY"] == "s"


def test_a_spoilt_secrets_file_stops_it_rather_than_being_replaced(home: Path) -> None:
    (home / "secrets.json").write_text("{")
    with pytest.raises(CommandError, match=r"secrets\.json cannot be read"):
        bootstrap()
    assert (home / "secrets.json").read_text() == "{"


def test_a_provider_of_the_operators_own_is_declared_without_the_demo_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-own")
    monkeypatch.setenv("AIOPS_LOCAL_LLM_URL", "http://127.0.0.1:9/v1")
    bootstrap()
    with scope(ALL):
        assert set(Provider.objects.values_list("slug", flat=True)) == {"openai", "local"}
        assert Provider.objects.get(slug="openai").api_key() == "sk-own"
        assert Model.objects.get(slug="smollm2").provider.slug == "local"


def test_an_address_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_LOCAL_LLM_URL", "nowhere")
    with pytest.raises(CommandError, match=r"providers\.local\.base_url"):
        bootstrap()


OPENAI, LOCAL = {"OPENAI_API_KEY": "k"}, {"AIOPS_LOCAL_LLM_URL": "http://127.0.0.1:9/v1"}
PROXY = {"OPENAI_BASE_URL": "http://10.0.0.7/v1"}


@pytest.mark.parametrize(
    ("environ", "declared", "providers"),
    [
        ({}, [], []),
        ({"OPENAI_API_KEY": ""}, [], []),
        (OPENAI, [], ["openai"]),
        (OPENAI, ["openai"], []),
        (OPENAI | PROXY, ["openai"], ["openai"]),
        (LOCAL, ["local"], ["local"]),
    ],
)
def test_what_the_environment_gives_is_declared_and_what_is_declared_stays(
    environ: dict[str, str], declared: list[str], providers: list[str]
) -> None:
    assert list(of_the_environment(environ, declared)["providers"]) == providers
