from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from uuid import uuid4

import pytest

from costs import reports
from costs.endusers import user_key
from costs.models import Call
from killswitch.calls import calls_of
from killswitch.targets import Target
from tenants.models import Feature, Process, Tenant
from tests.costs.factories import make_finished, make_opened, record
from tests.costs.offers import offer
from tests.prompts.factories import make_version

ANN = "ann@acme.example"


@pytest.fixture
def at() -> datetime:
    """In the middle of a minute, so that the one before is full."""
    return datetime.now(UTC).replace(second=30, microsecond=0)


@pytest.fixture
def calls(acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature, at: datetime) -> None:
    """In the last five full minutes: five of acme's answers, of which one is by a version; one of globex's drafts."""
    version = make_version()
    then = at - timedelta(minutes=2)
    of_acme = [
        make_opened(at=then, tenant=acme.pk, feature=answers.pk, user=ANN, prompt_version=version.hash if first else "")
        for first in (True, False, False, False, False)
    ]
    of_globex = make_opened(at=then, tenant=globex.pk, feature=drafts.pk, user="bob")
    record(*(make_finished(each) for each in (*of_acme, of_globex)), at=then)


def radius(target: Target, at: datetime) -> reports.Blast:
    return reports.blast(target, calls_of(target), at=at)


def test_of_everything_it_is_all_that_goes_on(calls: None, at: datetime) -> None:
    found = radius(Target.everything(), at)
    assert (found.calls_per_minute, found.tenants, found.people) == (pytest.approx(6 / 5), 2, 2)
    assert found.features is not None
    assert [(each.slug, each.calls_per_minute) for each in found.features] == [("answers", 1.0), ("drafts", 0.2)]


def test_the_consoles_own_checks_are_told_apart(calls: None, operator: Tenant, answers: Feature, at: datetime) -> None:
    own = [make_opened(at=at - timedelta(minutes=2), tenant=operator.pk, feature=answers.pk, user="x") for _ in "1234"]
    record(*map(make_finished, own), at=at - timedelta(minutes=2))
    found = radius(Target.everything(), at)
    assert (found.calls_per_minute, found.people) == (pytest.approx(6 / 5), 2)
    assert found.own_calls_per_minute == pytest.approx(4 / 5)
    assert radius(Target.feature_of_all(answers), at).own_calls_per_minute == pytest.approx(4 / 5)


def test_of_a_tenant_it_is_that_tenants_alone(calls: None, acme: Tenant, at: datetime) -> None:
    found = radius(Target.of(acme), at)
    assert (found.calls_per_minute, found.tenants, found.people) == (1.0, 1, 1)


def test_of_a_feature_it_is_of_every_tenant(calls: None, drafts: Feature, at: datetime) -> None:
    found = radius(Target.feature_of_all(drafts), at)
    assert (found.calls_per_minute, found.tenants, found.people) == (0.2, 1, 1)


def test_of_a_model_and_a_provider_it_is_what_they_answered(calls: None, at: datetime) -> None:
    offer("fast", upstream="gpt-test")
    offer("other", upstream="gpt-other")
    offer("elsewhere", upstream="gpt-test", provider="azure")
    assert radius(Target.model("fast"), at).calls_per_minute == pytest.approx(6 / 5)
    assert radius(Target.provider("openai", "x"), at).tenants == 2
    none = [radius(Target.model(slug), at).calls_per_minute for slug in ("other", "elsewhere", "gpt-test")]
    assert none == [0, 0, 0]


def test_of_a_prompts_version_it_is_what_rendered_it(calls: None, at: datetime) -> None:
    version = make_version()
    found = radius(Target.prompt_version(version.pk, f"welcome v{version.number}"), at)
    assert (found.calls_per_minute, found.tenants) == (pytest.approx(1 / 5), 1)


def test_of_a_person_it_is_that_persons_calls(calls: None, acme: Tenant, at: datetime) -> None:
    found = radius(Target.user(acme, user_key(acme.pk, ANN)), at)
    assert (found.calls_per_minute, found.people, found.tenants) == (1.0, 1, 1)
    assert radius(Target.user(acme, user_key(acme.pk, "bob")), at).calls_per_minute == 0


def test_spend_is_exact(calls: None, acme: Tenant, at: datetime) -> None:
    spent = sum((call.cost_usd or Decimal(0) for call in Call.objects.filter(tenant=acme)), Decimal(0))
    told = radius(Target.of(acme), at).spend_usd
    assert told is not None
    assert Decimal(told) == spent > 0


def test_of_a_customers_system_no_calls_are_told_rather_than_none(calls: None, acme: Tenant, at: datetime) -> None:
    found = radius(Target.connection(acme, uuid4(), "erp", "ERP"), at)
    assert (found.calls_per_minute, found.people, found.spend_usd) == (None, None, None)


def test_open_streams_are_those_of_the_gateways_that_answer(calls: None, acme: Tenant, at: datetime) -> None:
    assert radius(Target.of(acme), at).open_streams is None
    key = Target.of(acme).key
    # Whether they answer, the database's clock tells.
    now = datetime.now(UTC)
    make_process(now, open_calls=5, open_streams={key: 2})
    make_process(now, open_calls=4, open_streams={key: 1})
    make_process(now - timedelta(minutes=1), open_calls=9, open_streams={key: 9})
    assert radius(Target.of(acme), at).open_streams == 3
    assert radius(Target.everything(), at).open_streams == 9


def make_process(seen_at: datetime, **values: object) -> None:
    Process.objects.create(
        id=uuid4(), kind="gateway", name="gateway", host="here", pid=1, started_at=seen_at, seen_at=seen_at,
        stops_revision=1, config_revision=1, push_works=True, **values,
    )  # fmt: skip


def test_of_very_many_calls_people_are_not_counted_and_the_rate_is_of_a_shorter_time(
    calls: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not by an import: the package has a function of that name.
    monkeypatch.setattr(import_module("costs.reports.blast"), "MOST_CALLS", 3)
    offer("fast", upstream="gpt-test")
    found = radius(Target.model("fast"), at)
    assert found.people is None
    assert found.calls_per_minute is not None
    assert found.calls_per_minute == pytest.approx(6 / 2.5)
