"""What the console writes down by itself."""

from datetime import date, timedelta

from readiness import services, tasks
from readiness.models import ChainsVerified, StateOfDay
from tenants.models import Feature, User
from tests.conftest import NOW
from tests.readiness.factories import attest

DAY = timedelta(days=1)


def test_every_item_of_every_feature_has_its_state_of_the_day(answers: Feature, drafts: Feature) -> None:
    assert services.record_states(at=NOW) == 52
    row = StateOfDay.objects.get(feature=answers, item=25)
    assert (row.day, row.state, row.since) == (date(2026, 11, 22), "not_met", date(2026, 11, 22))


def test_the_last_state_of_a_day_stays(answers: Feature, manager: User) -> None:
    services.record_states(at=NOW)
    attest(25, manager)
    services.record_states(at=NOW + timedelta(hours=1))
    row = StateOfDay.objects.get(feature=answers, item=25)
    assert row.state == "met"
    assert StateOfDay.objects.count() == 26


def test_a_state_keeps_its_first_day_until_another_breaks_it(answers: Feature, manager: User) -> None:
    services.record_states(at=NOW - 2 * DAY)
    services.record_states(at=NOW - DAY)
    attest(25, manager)
    services.record_states(at=NOW)
    rows = StateOfDay.objects.filter(item=25).order_by("day").values_list("state", "since")
    assert list(rows) == [
        ("not_met", date(2026, 11, 20)),
        ("not_met", date(2026, 11, 20)),
        ("met", date(2026, 11, 22)),
    ]


def test_what_is_more_than_a_year_old_is_forgotten(answers: Feature) -> None:
    services.record_states(at=NOW - 500 * DAY)
    services.record_states(at=NOW)
    services.forget_old_states(at=NOW)
    assert set(StateOfDay.objects.values_list("day", flat=True)) == {date(2026, 11, 22)}


def test_chains_are_walked_once_a_day(answers: Feature) -> None:
    assert services.verify_chains(at=NOW) is not None
    assert services.verify_chains(at=NOW + timedelta(hours=3)) is None
    assert services.verify_chains(at=NOW + DAY) is not None
    assert ChainsVerified.objects.count() == 2


def test_the_tasks_do_it_by_the_clock(answers: Feature) -> None:
    tasks.verify_chains()
    tasks.record_states()
    tasks.forget_old_states()
    assert (ChainsVerified.objects.count(), StateOfDay.objects.count()) == (1, 26)
