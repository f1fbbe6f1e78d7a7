from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killswitch.guard import ActiveStop, Stops, targets_of, tenant_feature_target, tenant_target

ACME, ANSWERS, DRAFTS = uuid4(), uuid4(), uuid4()
GENERATION = uuid4()


def stop_of(target: str) -> ActiveStop:
    return ActiveStop(uuid4(), target, "looking", "AI is paused.")


def stops(*active: ActiveStop, number: int = 1) -> Stops:
    return Stops(number, GENERATION, {each.target: each for each in active})


def test_nothing_stopped_lets_everything_through() -> None:
    assert stops().find(targets_of(ACME, ANSWERS)) is None


def test_a_stopped_tenant_stops_each_of_its_features() -> None:
    stop = stop_of(tenant_target(ACME))
    assert stops(stop).find(targets_of(ACME, ANSWERS)) is stop
    assert stops(stop).find(targets_of(ACME, DRAFTS)) is stop


def test_a_stopped_feature_leaves_the_tenants_others_alone() -> None:
    stop = stop_of(tenant_feature_target(ACME, ANSWERS))
    assert stops(stop).find(targets_of(ACME, ANSWERS)) is stop
    assert stops(stop).find(targets_of(ACME, DRAFTS)) is None


def test_another_tenant_goes_on() -> None:
    assert stops(stop_of(tenant_target(ACME))).find(targets_of(uuid4(), ANSWERS)) is None


def test_a_newer_push_adds_a_stop_and_leaves_the_number_to_the_full_read() -> None:
    stop = stop_of(tenant_target(ACME))
    after = stops(number=4).with_pushed(stop, number=5)
    assert (after.find([stop.target]), after.number) == (stop, 4)


@pytest.mark.parametrize("number", [3, 4])
def test_a_push_that_is_not_newer_cannot_bring_back_a_lifted_stop(number: int) -> None:
    assert stops(number=4).with_pushed(stop_of(tenant_target(ACME)), number=number) == stops(number=4)


@given(st.lists(st.tuples(st.uuids(), st.integers(0, 9))), st.integers(0, 9))
def test_no_order_of_pushes_ever_removes_a_stop(pushes: list[tuple[UUID, int]], number: int) -> None:
    held = stop_of(tenant_target(ACME))
    snapshot = stops(held, number=number)
    for tenant, pushed in pushes:
        snapshot = snapshot.with_pushed(replace(held, target=tenant_target(tenant)), number=pushed)
    assert snapshot.find([held.target]) == held


def test_a_read_that_began_before_a_push_does_not_undo_it() -> None:
    pushed = stop_of(tenant_target(ACME))
    after = stops(number=4).with_pushed(pushed, number=6).replaced_by(stops(number=5))
    assert after.find([pushed.target]) is pushed
    assert after.replaced_by(stops(number=6)).find([pushed.target]) is None


def test_a_database_that_went_back_in_time_lifts_nothing() -> None:
    held = stop_of(tenant_target(ACME))
    restored = stops(held, number=9).replaced_by(stops(number=3))
    assert (restored.number, restored.find([held.target])) == (3, held)
    assert restored.replaced_by(stops(number=4)).find([held.target]) is held


def test_another_database_lifts_nothing() -> None:
    held = stop_of(tenant_target(ACME))
    other = replace(stops(number=12), generation=uuid4())
    assert stops(held, number=9).replaced_by(other).find([held.target]) is held


def test_the_first_read_holds_nothing_back() -> None:
    assert stops(number=-1).replaced_by(stops(number=3)).held == {}


def test_an_ordinary_read_lifts_what_was_lifted() -> None:
    lifted = stop_of(tenant_target(ACME))
    assert stops(lifted, number=4).replaced_by(stops(number=5)).find([lifted.target]) is None


def test_what_a_restore_forgot_is_lifted_by_stopping_and_lifting_it_again() -> None:
    held = stop_of(tenant_target(ACME))
    restored = stops(held, number=9).replaced_by(stops(number=3))
    again = restored.replaced_by(stops(held, number=4)).replaced_by(stops(number=5))
    assert again.find([held.target]) is None
