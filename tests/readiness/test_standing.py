"""How a feature stands to the bar."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from readiness import services
from readiness.evidence import State, aged, met
from readiness.items import BAR, ITEMS, Group
from readiness.models import ItemException
from readiness.standing import FeatureStanding, features, standing, standings
from tenants.models import Feature, Tenant, User
from tests.conftest import NOW
from tests.evals.factories import make_suite
from tests.factories import make_feature
from tests.readiness.factories import attest, make_call, make_exception


def of(feature: Feature) -> FeatureStanding:
    [found] = standings([feature], at=NOW)
    return found


def test_there_are_26_items_in_seven_groups_with_owners() -> None:
    assert list(ITEMS) == list(range(1, 27))
    assert {item.group for item in ITEMS.values()} == set(Group)
    assert [number for number, item in ITEMS.items() if item.is_attested] == [19, 21, 23, 24, 25]


def test_nothing_is_met_where_nothing_is_known(answers: Feature) -> None:
    found = of(answers)
    assert (found.counted, found.is_at_bar) == (0, False)
    assert found.counts[State.NOT_MEASURED] + found.counts[State.NOT_MET] == 26


def test_what_is_met_and_what_does_not_apply_count(answers: Feature, manager: User, admin: User) -> None:
    attest(25, manager)
    make_exception(26, manager, admin, kind=ItemException.Kind.NOT_APPLICABLE)
    make_exception(8, manager, admin)
    found = of(answers)
    assert found.counted == 2
    assert (found.counts[State.NOT_APPLICABLE], found.counts[State.WAIVED]) == (1, 1)


@pytest.mark.parametrize(("count", "is_at_bar"), [(BAR - 1, False), (BAR, True)])
def test_the_bar_is_23(answers: Feature, manager: User, admin: User, count: int, is_at_bar: bool) -> None:
    for number in range(1, count + 1):
        make_exception(number, manager, admin, kind=ItemException.Kind.NOT_APPLICABLE)
    assert of(answers).is_at_bar is is_at_bar


def test_what_is_waived_and_met_all_the_same_is_met(answers: Feature, manager: User, admin: User) -> None:
    make_exception(25, manager, admin)
    assert standing(answers, 25, at=NOW).state is State.WAIVED
    attest(25, manager)
    assert standing(answers, 25, at=NOW).state is State.MET


def test_an_exception_that_has_run_out_counts_for_nothing(answers: Feature, manager: User, admin: User) -> None:
    make_exception(26, manager, admin, kind=ItemException.Kind.NOT_APPLICABLE, expires_on=date(2026, 11, 30))
    assert standing(answers, 26, at=NOW).state is State.NOT_APPLICABLE
    assert standing(answers, 26, at=NOW + timedelta(days=9)).state is State.NOT_MEASURED


def test_one_of_a_single_feature_says_nothing_of_the_others(
    answers: Feature, drafts: Feature, manager: User, admin: User
) -> None:
    make_exception(26, manager, admin, feature=answers, kind=ItemException.Kind.NOT_APPLICABLE)
    assert of(answers).counted == 1
    assert of(drafts).counted == 0


def test_what_ends_within_14_days_is_told_beforehand(answers: Feature, manager: User) -> None:
    attest(25, manager, expires_on=date(2026, 12, 6))
    attest(19, manager, expires_on=date(2026, 12, 7))
    assert [each.item.number for each in of(answers).ending(NOW.date())] == [25]


def test_evidence_counts_for_as_long_as_its_item_says() -> None:
    found = met("It was so.", as_of=NOW - timedelta(days=8))
    assert aged(found, ITEMS[7], at=NOW).state is State.STALE
    assert aged(found, ITEMS[7], at=NOW).sentence == "It was so. That was 8 days ago; it counts for 7 days."
    assert aged(found, ITEMS[12], at=NOW).state is State.MET


def test_since_when_is_known_from_the_days_before(answers: Feature, manager: User) -> None:
    services.record_states(at=NOW - timedelta(days=3))
    services.record_states(at=NOW - timedelta(days=1))
    attest(25, manager)
    found = {each.item.number: each.since for each in of(answers).items}
    assert (found[26], found[25]) == (date(2026, 11, 19), date(2026, 11, 22))


def test_features_of_eval_runs_are_the_consoles_own(answers: Feature) -> None:
    make_feature("eval-ourselves")
    make_suite("welcome")
    assert Feature.objects.filter(slug="eval-welcome").exists()
    assert [each.slug for each in features()] == ["answers", "eval-ourselves"]


def test_many_features_take_no_more_queries_than_one(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers)
    with CaptureQueriesContext(connection) as of_one:
        standings([answers], at=NOW)
    several = [make_feature(f"feature-{number}") for number in range(8)]
    for feature in several:
        make_call(acme, feature)
    with CaptureQueriesContext(connection) as of_many:
        standings([answers, *several], at=NOW)
    assert len(of_many) <= len(of_one) <= 30
