"""What rules see of what is recorded: the recorder's state, names of what is stopped, each signal."""

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from costs.heartbeat import Heartbeat
from costs.records import Finished
from gateway.services import declare_model, declare_provider
from killswitch.rules import telling
from killswitch.rules.complaining import complain
from killswitch.rules.machine import Observation
from killswitch.rules.reading import MOST_BACKLOG, read
from killswitch.rules.seen import CouldNotLook, Found, Window
from killswitch.rules.words import Signal
from killswitch.scopes import Scope
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tests.costs.factories import GROUNDING, costing, make_failed, make_finished, make_opened, record
from tests.factories import make_tenant
from tests.integrations.factories import make_connection, make_waiting
from tests.killswitch.rules.factories import ANN
from tests.prompts.factories import make_version

_people = count(1)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path, now: datetime) -> Path:
    """Of a recorder that is well."""
    settings.AIOPS_HOME = tmp_path
    beat(tmp_path, now)
    return tmp_path


def beat(home: Path, at: datetime, **values: Any) -> None:
    Heartbeat(**{"at": at, "pid": 1, "started_at": at, "backlog_bytes": 0, **values}).write(home)


def calls(number: int, tenant: Tenant, feature: Feature, at: datetime, *, bad: bool = False, **values: Any) -> None:
    make = make_failed if bad else make_finished
    version = values.pop("prompt_version", None)
    record(*[make(_opened(tenant, feature, at, version), latency_ms=100, **values) for _ in range(number)])


def _opened(tenant: Tenant, feature: Feature, at: datetime, version: str | None) -> Any:
    user = f"person-{next(_people) % 4}"
    return make_opened(
        at=at - timedelta(seconds=5), tenant=tenant.pk, feature=feature.pk, user=user, prompt_version=version
    )


def look(signal: Signal, scope: Scope, at: datetime, fewest: int = 20, seconds: int = 30) -> Found:
    return read(signal, scope, Window(at - timedelta(seconds=seconds), at, fewest))


def make_models(*slugs: str) -> None:
    declare_provider("openai", name="OpenAI", base_url="https://api.example", by=SYSTEM)
    [declare_model(slug, provider="openai", upstream="gpt-test", by=SYSTEM) for slug in slugs]


def test_a_model_is_seen_under_every_name_that_callers_have_for_it(
    acme: Tenant, answers: Feature, now: datetime
) -> None:
    make_models("small", "also-small")
    calls(15, acme, answers, now, bad=True)
    calls(10, acme, answers, now)
    found = look(Signal.ERRORS, Scope.MODEL, now)
    assert set(found) == {"model:small", "model:also-small"}
    seen = found["model:small"]
    assert (seen.target, seen.observation) == (Target.model("small"), Observation(25, 15, 4, 0.6))
    assert len(seen.sample) == 10


def test_a_provider_is_seen(acme: Tenant, answers: Feature, now: datetime) -> None:
    make_models("small")
    calls(20, acme, answers, now, bad=True)
    assert look(Signal.ERRORS, Scope.PROVIDER, now)["provider:openai"].observation == Observation(20, 20, 4, 1.0)


def test_a_tenants_feature_is_seen(acme: Tenant, answers: Feature, now: datetime) -> None:
    calls(20, acme, answers, now, bad=True)
    [seen] = look(Signal.ERRORS, Scope.TENANT_FEATURE, now).values()
    assert seen.target == Target.of(acme, answers)


@pytest.mark.parametrize(
    ("signal", "values"),
    [
        (Signal.UNGROUNDED, {"refusal": "unverified"}),
        (Signal.SCHEMA, {"refusal": "invalid_answer", "confidence": None}),
    ],
)
def test_a_version_of_a_prompt_is_seen(
    acme: Tenant, answers: Feature, now: datetime, signal: Signal, values: dict[str, Any]
) -> None:
    version = make_version()
    calls(20, acme, answers, now, prompt_version=version.hash, grounding=GROUNDING._replace(**values))
    [seen] = look(signal, Scope.PROMPT_VERSION, now).values()
    assert (seen.target.label, seen.observation.rate) == (f"{version.prompt.name} v{version.number}", 1.0)
    assert seen.target.key == f"prompt:{version.pk}"


def test_the_cost_is_a_multiple_of_the_usual(acme: Tenant, answers: Feature, now: datetime) -> None:
    before: list[Finished] = [
        make_finished(_opened(acme, answers, now - timedelta(hours=ago), None), cost=costing("0.60"))
        for ago in (2, 5, 11)
    ]
    record(*before)
    calls(20, acme, answers, now, cost=costing("0.01"))
    [seen] = look(Signal.COST, Scope.TENANT_FEATURE, now, seconds=60).values()
    assert seen.observation.rate == 20.0
    assert seen.as_evidence()["usd_a_minute"].startswith("0.2")
    assert seen.observation.usd == pytest.approx(0.2)


@pytest.mark.parametrize(("percent", "rate"), [(100, 2.0), (25, 8.0), (5, 40.0)])
def test_on_trial_the_usual_is_that_of_the_share(
    acme: Tenant, answers: Feature, now: datetime, percent: int, rate: float
) -> None:
    before: list[Finished] = [
        make_finished(_opened(acme, answers, now - timedelta(hours=ago), None), cost=costing("0.60"))
        for ago in (2, 5, 11)
    ]
    record(*before)
    calls(2, acme, answers, now, cost=costing("0.01"))
    window = Window(now - timedelta(minutes=1), now, 1, percent)
    [seen] = read(Signal.COST, Scope.TENANT_FEATURE, window).values()
    assert seen.observation.rate == rate
    assert seen.observation.usd == pytest.approx(0.02 * 100 / percent)


def test_without_a_usual_the_cost_tells_nothing(acme: Tenant, answers: Feature, now: datetime) -> None:
    calls(20, acme, answers, now, cost=costing("0.01"))
    [seen] = look(Signal.COST, Scope.TENANT_FEATURE, now, seconds=60).values()
    assert (seen.observation.rate, seen.observation.bad) == (None, 0)


def test_complaints_are_of_those_who_complained(acme: Tenant, answers: Feature, now: datetime) -> None:
    calls(20, acme, answers, now)
    said = {"words": "Wrong", "by": ANN, "at": now - timedelta(seconds=3)}
    [complain(acme, answers, **said) for _ in range(8)]
    [seen] = look(Signal.COMPLAINTS, Scope.TENANT_FEATURE, now).values()
    assert seen.observation == Observation(20, 8, 1, 0.4)


@pytest.mark.parametrize(("tenants", "callers"), [(1, 1), (2, 2), (3, 3)])
def test_of_a_prompt_that_all_share_complaints_are_of_tenants(
    acme: Tenant, globex: Tenant, answers: Feature, now: datetime, tenants: int, callers: int
) -> None:
    version = make_version()
    calls(20, acme, answers, now, prompt_version=version.hash)
    said = {"words": "Wrong", "by": ANN, "at": now - timedelta(seconds=3), "prompt_version": version.hash}
    of = [acme, globex, make_tenant("initech")][:tenants]
    [complain(tenant, answers, user_key=uuid4(), **said) for tenant in of * 4]
    [seen] = look(Signal.COMPLAINTS, Scope.PROMPT_VERSION, now).values()
    assert (seen.observation.bad, seen.observation.callers) == (tenants * 4, callers)
    told = telling.saw(Signal.COMPLAINTS, {**seen.as_evidence(), "window_seconds": 600})
    assert told == f"{tenants * 4} complaints for 20 calls within 10 min, of {callers} tenants"


def test_a_prompt_without_a_canary_tells_nothing(acme: Tenant, answers: Feature, now: datetime) -> None:
    calls(20, acme, answers, now, prompt_version=make_version().hash)
    [seen] = look(Signal.CANARY, Scope.PROMPT_VERSION, now).values()
    assert seen.observation.rate is None


def test_a_customers_system_is_seen_by_its_writes(acme: Tenant, now: datetime) -> None:
    connection = make_connection(acme, "http://127.0.0.1:9")
    entry = make_waiting(connection)
    type(entry).objects.filter(id=entry.id).update(
        state="sending", version=2, sent_at=now, decided_at=now, decided_by_id="1", decided_by_kind="user"
    )
    type(entry).objects.filter(id=entry.id).update(state="failed", version=3, ended_at=now - timedelta(seconds=3))
    type(entry).objects.filter(id=entry.id)
    found = look(Signal.ERRORS, Scope.CONNECTION, now, fewest=1)
    assert [(seen.target.key, seen.observation.bad) for seen in found.values()] == [(f"connection:{connection.pk}", 1)]
    assert look(Signal.ERRORS, Scope.CONNECTION, now) == {}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"at": timedelta(seconds=11)}, "has been silent for 11 s"),
        ({"fault": "OperationalError"}, "cannot write"),
        ({"backlog_bytes": MOST_BACKLOG + 1}, "is behind by 8 MiB"),
    ],
)
def test_while_the_recorder_is_not_well_nobody_looks(
    everything: None, home: Path, now: datetime, values: dict[str, Any], told: str
) -> None:
    beat(home, now - values.pop("at", timedelta(0)), **values)
    with pytest.raises(CouldNotLook, match=told):
        look(Signal.ERRORS, Scope.MODEL, now)


def test_without_a_recorder_nobody_looks(everything: None, home: Path, now: datetime) -> None:
    (home / "recorder.json").unlink()
    with pytest.raises(CouldNotLook, match="never reported"):
        look(Signal.ERRORS, Scope.MODEL, now)
