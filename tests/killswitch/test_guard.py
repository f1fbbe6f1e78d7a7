from typing import Any
from uuid import UUID, uuid4

import pytest

from killswitch.guard import ActiveStop, Read, Stops
from killswitch.scopes import EVERYTHING, Mode, call_keys, feature_key, tenant_feature_key, tenant_key

ACME, ANSWERS, DRAFTS, ANN = (UUID(int=number) for number in range(1, 5))
MARK = uuid4()


def stop_of(target: str, **values: Any) -> ActiveStop:
    return ActiveStop(uuid4(), target, "looking", "AI is paused.", **values)


def stops(*active: ActiveStop, number: int = 1) -> Stops:
    return Read(number, MARK, {each.target: each for each in active}).as_stops()


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
