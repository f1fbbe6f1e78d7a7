from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killswitch.guard import ActiveStop, Read, Stops
from killswitch.scopes import EVERYTHING, InFlight, Mode, call_keys, feature_key, tenant_feature_key, tenant_key

ACME, ANSWERS, DRAFTS, ANN = (UUID(int=number) for number in range(1, 5))
MARK = uuid4()


def stop_of(target: str, **values: Any) -> ActiveStop:
    return ActiveStop(uuid4(), target, "looking", "AI is paused.", **values)


def stops(*active: ActiveStop, number: int = 1) -> Stops:
    return Stops(number, MARK, {each.target: each for each in active})


def read(*active: ActiveStop, number: int, lifted: ActiveStop | None = None) -> Read:
    settled = frozenset({lifted.id} if lifted else ())
    return Read(number, uuid4(), {each.target: each for each in active}, settled, settled)


def test_nothing_stopped_lets_everything_through() -> None:
    assert stops().find(call_keys(ACME, ANSWERS, ANN)) is None


@pytest.mark.parametrize("target", call_keys(ACME, ANSWERS, ANN))
def test_whatever_covers_a_call_stops_it(target: str) -> None:
    stop = stop_of(target)
    assert stops(stop).find(call_keys(ACME, ANSWERS, ANN)) is stop


def test_a_stopped_feature_leaves_the_tenants_others_alone() -> None:
    assert stops(stop_of(tenant_feature_key(ACME, ANSWERS))).find(call_keys(ACME, DRAFTS, ANN)) is None


def test_another_tenant_goes_on() -> None:
    assert stops(stop_of(tenant_key(ACME))).find(call_keys(uuid4(), ANSWERS, ANN)) is None


def test_of_several_stops_the_strictest_holds_however_narrow_it_is() -> None:
    narrow = stop_of(tenant_feature_key(ACME, ANSWERS), mode=Mode.REFUSE)
    wide, wider = stop_of(tenant_key(ACME), mode=Mode.HANDOFF), stop_of(EVERYTHING, mode=Mode.CANNED)
    assert stops(wider, wide, narrow).find(call_keys(ACME, ANSWERS, ANN)) is narrow


def test_of_two_alike_the_wider_is_told() -> None:
    wide, narrow = stop_of(tenant_key(ACME)), stop_of(feature_key(ANSWERS))
    assert stops(narrow, wide).find(call_keys(ACME, ANSWERS, ANN)) is wide


def test_read_only_lets_answers_through() -> None:
    assert stops(stop_of(EVERYTHING, mode=Mode.READ_ONLY)).find(call_keys(ACME, ANSWERS, ANN)) is None


def test_a_call_that_is_spared_one_stop_is_not_spared_another() -> None:
    spared, other = stop_of(tenant_key(ACME)), stop_of(feature_key(ANSWERS))
    keys = call_keys(ACME, ANSWERS, ANN)
    assert stops(spared).find(keys, {spared.id}) is None
    assert stops(spared, other).find(keys, {spared.id}) is other


@pytest.mark.parametrize(("draw", "passes"), [(0, True), (4, True), (5, False), (99, False)])
def test_a_share_of_the_calls_passes_a_stop_that_admits_one(draw: int, passes: bool) -> None:
    stop = stop_of("model:mini", admits=5)
    assert (stops(stop).find(["model:mini"], draw=draw) is None) is passes


def test_a_newer_push_adds_a_stop_and_leaves_the_number_to_the_full_read() -> None:
    stop = stop_of(tenant_key(ACME))
    after = stops(number=4).with_pushed(stop, number=5)
    assert (after.find([stop.target]), after.number) == (stop, 4)


@pytest.mark.parametrize("number", [3, 4])
def test_a_push_that_is_not_newer_cannot_bring_back_a_lifted_stop(number: int) -> None:
    assert stops(number=4).with_pushed(stop_of(tenant_key(ACME)), number=number) == stops(number=4)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("pushed", Mode)
def test_a_push_tightens_and_never_loosens(mode: Mode, pushed: Mode) -> None:
    known = stop_of(tenant_key(ACME), mode=mode, in_flight=InFlight.CUT)
    after = stops(known, number=4).with_pushed(
        replace(known, mode=pushed, in_flight=InFlight.NEW_ONLY, admits=25), number=5
    )
    stop = after.by_target[known.target]
    assert (stop.mode, stop.in_flight, stop.admits) == (min(mode, pushed, key=list(Mode).index), InFlight.CUT, 0)


@given(st.lists(st.tuples(st.uuids(), st.integers(0, 9))), st.integers(0, 9))
def test_no_order_of_pushes_ever_removes_a_stop(pushes: list[tuple[UUID, int]], number: int) -> None:
    held = stop_of(tenant_key(ACME))
    snapshot = stops(held, number=number)
    for tenant, pushed in pushes:
        snapshot = snapshot.with_pushed(replace(held, target=tenant_key(tenant)), number=pushed)
    assert snapshot.find([held.target]) == held


def test_a_read_that_began_before_a_push_does_not_undo_it() -> None:
    pushed = stop_of(tenant_key(ACME))
    after = stops(number=4).with_pushed(pushed, number=6).replaced_by(read(number=5))
    assert after.find([pushed.target]) is pushed
    assert after.replaced_by(read(number=6, lifted=pushed)).find([pushed.target]) is None


def test_what_a_read_does_not_know_stays_in_force() -> None:
    held = stop_of(tenant_key(ACME))
    restored = stops(held, number=9).replaced_by(read(number=3))
    assert (restored.number, restored.find([held.target])) == (3, held)
    assert restored.replaced_by(read(number=4)).held == {held.target: held}


def test_a_database_that_has_caught_up_with_the_number_lifts_nothing_either() -> None:
    held = stop_of(tenant_key(ACME))
    assert stops(held, number=9).replaced_by(read(number=12)).find([held.target]) is held


def test_a_read_lifts_what_was_lifted() -> None:
    lifted = stop_of(tenant_key(ACME))
    assert stops(lifted, number=4).replaced_by(read(number=5, lifted=lifted)).find([lifted.target]) is None


def test_what_is_held_ends_when_it_is_known_and_lifted() -> None:
    held = stop_of(tenant_key(ACME))
    adopted = stops(held, number=9).replaced_by(read(number=3)).replaced_by(read(held, number=4))
    assert adopted.held == {}
    assert adopted.replaced_by(read(number=5, lifted=held)).find([held.target]) is None


def test_a_broken_glass_stops_until_it_is_known_and_lifted() -> None:
    made = stop_of(tenant_key(ACME))
    broken = stops(number=4).with_broken_glass(made).replaced_by(read(number=7))
    assert (broken.find([made.target]), broken.held) == (made, {made.target: made})
    assert broken.replaced_by(read(number=8, lifted=made)).find([made.target]) is None
