"""What was called after a stop had been confirmed, by what it stops."""

from datetime import datetime, timedelta

import pytest

from costs.aftermath import Aftermath, aftermath
from costs.endusers import user_key
from costs.records import Outcome
from killswitch.calls import are_told_apart, calls_of
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tests.costs.factories import make_finished, make_opened, record
from tests.costs.offers import offer
from tests.killswitch.factories import stop_at


@pytest.fixture
def calls(acme: Tenant, globex: Tenant, answers: Feature, now: datetime) -> datetime:
    """Since when: then two calls of acme were answered and one was refused, and one of globex was answered."""
    later = now + timedelta(minutes=2)
    done = [
        (acme, "ada@example.com", "gpt-test", "openai", Outcome.OK),
        (acme, "bob@example.com", "small", "other", Outcome.OK),
        (acme, "ada@example.com", "gpt-test", "openai", Outcome.STOPPED),
        (globex, "eve@example.com", "gpt-test", "openai", Outcome.OK),
    ]
    record(*(
        make_finished(
            make_opened(at=later, tenant=tenant.pk, feature=answers.pk, user=user, model=model, provider=provider),
            outcome=outcome,
        )
        for tenant, user, model, provider, outcome in done
    ), at=later)  # fmt: skip
    return now


def of(target: Target, at: datetime, **values: str) -> Stop:
    return stop_at(target, by=SYSTEM, at=at, **values)


def found(stop: Stop, since: datetime) -> Aftermath | None:
    return aftermath(stop, calls_of(stop), since, at=since + timedelta(minutes=30))


def test_of_everything_a_tenant_and_a_feature(
    acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature, calls: datetime
) -> None:
    assert found(of(Target.everything(), calls), calls) == Aftermath(refused=1, answered=3)
    assert found(of(Target.of(acme), calls), calls) == Aftermath(refused=1, answered=2)
    assert found(of(Target.of(globex), calls), calls) == Aftermath(refused=0, answered=1)
    assert found(of(Target.feature_of_all(answers), calls), calls) == Aftermath(refused=1, answered=3)
    assert found(of(Target.of(acme, drafts), calls), calls) == Aftermath(refused=0, answered=0)


def test_of_a_provider_a_model_and_a_person(acme: Tenant, calls: datetime) -> None:
    person = Target.user(acme, user_key(acme.pk, "ada@example.com"))
    assert found(of(Target.provider("other", "Other"), calls), calls) == Aftermath(refused=0, answered=1)
    offer("fast", upstream="gpt-test")
    assert found(of(Target.model("fast"), calls), calls) == Aftermath(refused=0, answered=2)
    assert found(of(person, calls), calls) == Aftermath(refused=0, answered=1)


def test_of_these_only_what_the_stop_itself_refused_is_counted(acme: Tenant, answers: Feature, now: datetime) -> None:
    stop, later = of(Target.model("gpt-test"), now), now + timedelta(minutes=2)
    opened = make_opened(at=later, tenant=acme.pk, feature=answers.pk)
    record(make_finished(opened, outcome=Outcome.STOPPED, stop_id=stop.pk), at=later)
    assert found(stop, now) == Aftermath(refused=1, answered=0)


def test_calls_before_it_are_none_of_it(acme: Tenant, calls: datetime) -> None:
    later = calls + timedelta(minutes=3)
    assert found(of(Target.of(acme), calls), later) == Aftermath(refused=0, answered=0)
    offer("fast", upstream="gpt-test")
    assert found(of(Target.model("fast"), calls), later) == Aftermath(refused=0, answered=0)


@pytest.mark.parametrize("values", [{"mode": "canned"}, {"mode": "read_only"}, {"in_flight": "new_only"}])
def test_where_calls_may_go_on_nothing_is_said(acme: Tenant, calls: datetime, values: dict[str, str]) -> None:
    assert found(of(Target.of(acme), calls, **values), calls) is None


def test_of_a_prompts_version_it_is_not_known(acme: Tenant, calls: datetime) -> None:
    assert found(of(Target.prompt_version(acme.pk, "welcome v1"), calls), calls) is None


def test_calls_of_a_model_that_goes_by_two_names_are_not_told_apart(acme: Tenant, calls: datetime) -> None:
    offer("fast", upstream="gpt-test")
    stop = of(Target.model("fast"), calls)
    assert are_told_apart(stop)
    offer("elsewhere", upstream="gpt-test", provider="other")
    assert are_told_apart(stop)
    offer("best", upstream="gpt-test")
    assert not are_told_apart(stop)
