from datetime import datetime, timedelta

import pytest

from costs.records import Outcome
from costs.reports import traffic, traffic_by_feature
from tenants.models import Feature, Tenant
from tenants.scope import scope
from tests.costs.factories import NOW, make_finished, make_opened, make_stopped, record


def _call(
    tenant: Tenant, ago: timedelta, *, outcome: Outcome = Outcome.OK, feature: Feature | None = None, user: str = "a"
) -> None:
    opened = make_opened(at=NOW - ago, tenant=tenant.pk, user=user, **({"feature": feature.pk} if feature else {}))
    make = make_stopped if outcome is Outcome.STOPPED else make_finished
    record(make(opened, outcome=outcome))


def _ago(*, minutes: float = 0, hours: float = 0) -> timedelta:
    return timedelta(minutes=minutes, hours=hours)


def test_calls_a_minute_are_the_mean_of_the_last_five_full_minutes(acme: Tenant) -> None:
    # NOW is seven seconds into its minute, which does not count yet.
    for minutes in (0, 1, 2, 2, 5, 5.2, 20):
        _call(acme, _ago(minutes=minutes))
    assert traffic([acme.pk], NOW)[acme.pk].calls_per_minute == 4 / 5


def test_the_error_rate_is_of_calls_that_were_let_through(acme: Tenant) -> None:
    _call(acme, _ago(minutes=3), outcome=Outcome.PROVIDER_ERROR)
    _call(acme, _ago(minutes=3))
    _call(acme, _ago(minutes=14))
    _call(acme, _ago(minutes=14), outcome=Outcome.INTERRUPTED)
    _call(acme, _ago(minutes=2), outcome=Outcome.STOPPED)
    _call(acme, _ago(minutes=16), outcome=Outcome.PROVIDER_ERROR)
    assert traffic([acme.pk], NOW)[acme.pk].error_rate == 0.5


@pytest.mark.parametrize(("outcome", "minutes"), [(Outcome.STOPPED, 3), (Outcome.PROVIDER_ERROR, 16)])
def test_without_calls_nobody_knows_an_error_rate(acme: Tenant, outcome: Outcome, minutes: int) -> None:
    _call(acme, _ago(minutes=minutes), outcome=outcome)
    assert traffic([acme.pk], NOW)[acme.pk].error_rate is None


def test_people_are_those_seen_in_the_last_fifteen_minutes(acme: Tenant, globex: Tenant) -> None:
    _call(acme, _ago(minutes=1), user="ada")
    _call(acme, _ago(minutes=14), user="ada")
    _call(acme, _ago(minutes=14), user="bob")
    _call(acme, _ago(minutes=16), user="cyd")
    _call(globex, _ago(minutes=1), user="ada")
    found = traffic([acme.pk, globex.pk], NOW)
    assert (found[acme.pk].people, found[globex.pk].people) == (2, 1)


def test_the_sparkline_ends_with_the_current_hour(acme: Tenant) -> None:
    for hours in (0, 0, 1, 23, 24):
        _call(acme, _ago(hours=hours))
    assert traffic([acme.pk], NOW)[acme.pk].sparkline == (1, *[0] * 21, 1, 2)


def test_the_last_call_is_told_to_the_second(acme: Tenant) -> None:
    _call(acme, _ago(hours=3))
    _call(acme, _ago(hours=5))
    assert traffic([acme.pk], NOW)[acme.pk].last_call_at == NOW - timedelta(hours=3)


def test_a_tenant_that_was_asked_for_is_there_even_without_calls(acme: Tenant) -> None:
    found = traffic([acme.pk], NOW)[acme.pk]
    assert (found.calls_per_minute, found.error_rate, found.people, found.last_call_at) == (0, None, 0, None)
    assert found.sparkline == (0,) * 24


def test_unasked_those_that_called_within_a_day_are_there(acme: Tenant, globex: Tenant, operator: Tenant) -> None:
    _call(acme, _ago(hours=20))
    _call(globex, _ago(hours=30))
    assert set(traffic(None, NOW)) == {acme.pk}


def test_a_scope_sees_its_own_traffic_only(acme: Tenant, globex: Tenant) -> None:
    _call(acme, _ago(minutes=1))
    _call(globex, _ago(minutes=1))
    with scope([acme.pk]):
        assert set(traffic(None, NOW)) == {acme.pk}
        assert traffic([globex.pk], NOW)[globex.pk].calls_per_minute == 0


def test_features_of_a_tenant_have_traffic_of_their_own(
    acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature
) -> None:
    _call(acme, _ago(minutes=1), feature=answers)
    _call(acme, _ago(minutes=2), feature=answers)
    _call(acme, _ago(hours=3), feature=drafts)
    _call(globex, _ago(minutes=1), feature=drafts)
    found = traffic_by_feature(acme.pk, NOW)
    assert {key: each.calls_per_minute for key, each in found.items()} == {answers.pk: 2 / 5, drafts.pk: 0}
    # Which people used which feature is not kept.
    assert [each.people for each in found.values()] == [None, None]


def test_the_moment_is_an_argument(acme: Tenant) -> None:
    _call(acme, _ago(minutes=1))
    later: datetime = NOW + timedelta(minutes=10)
    assert traffic([acme.pk], later)[acme.pk].calls_per_minute == 0
    assert traffic([acme.pk], later)[acme.pk].people == 1
