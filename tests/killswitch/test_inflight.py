from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from killswitch.guard import ActiveStop
from killswitch.inflight import Inflight
from killswitch.scopes import EVERYTHING, InFlight, Mode, call_keys, model_key, tenant_feature_key, tenant_key

ACME, GLOBEX, ANSWERS, DRAFTS, ANN = (uuid4() for _ in range(5))
MINI = ("provider:openai", "model:mini")


def stop_of(target: str, **values: Any) -> ActiveStop:
    return ActiveStop(uuid4(), target, "looking", "AI is paused.", **values)


@dataclass(eq=False)
class Call:
    keys: tuple[str, ...]
    draw: int = 50
    spared: set[UUID] = field(default_factory=set)
    road: tuple[str, ...] = ()
    stops: list[ActiveStop] = field(default_factory=list)

    def cut(self, stop: ActiveStop) -> bool:
        self.stops.append(stop)
        return len(self.stops) == 1


@pytest.fixture
def inflight() -> Inflight:
    return Inflight()


def register(inflight: Inflight, tenant: UUID = ACME, feature: UUID = ANSWERS, draw: int = 50) -> Call:
    call = Call(call_keys(tenant, feature, ANN), draw)
    inflight.register(call, call.keys)
    return call


def test_a_stop_cuts_the_calls_under_it_and_no_other(inflight: Inflight) -> None:
    one, other, another = register(inflight), register(inflight, feature=DRAFTS), register(inflight, GLOBEX)
    stop = stop_of(tenant_feature_key(ACME, ANSWERS))
    assert inflight.apply(stop) == 1
    assert (one.stops, other.stops, another.stops) == ([stop], [], [])


def test_everything_is_every_call(inflight: Inflight) -> None:
    register(inflight)
    register(inflight, GLOBEX)
    assert inflight.apply(stop_of(EVERYTHING)) == 2


def test_what_was_cut_already_is_not_counted_again(inflight: Inflight) -> None:
    register(inflight)
    assert inflight.apply(stop_of(tenant_feature_key(ACME, ANSWERS))) == 1
    assert inflight.apply(stop_of(tenant_key(ACME))) == 0


def test_a_call_that_ended_is_not_cut(inflight: Inflight) -> None:
    call = register(inflight)
    inflight.move(call, MINI)
    inflight.forget(call, call.keys)
    assert (inflight.apply(stop_of(tenant_key(ACME))), inflight.apply(stop_of(MINI[1]))) == (0, 0)
    assert (call.stops, inflight.count, inflight.open_streams()) == ([], 0, {})


def test_a_stop_of_a_model_finds_who_is_on_it_now(inflight: Inflight) -> None:
    before, now = register(inflight), register(inflight)
    inflight.move(before, MINI)
    inflight.move(before, ("provider:openai", "model:large"))
    inflight.move(now, MINI)
    assert inflight.apply(stop_of(model_key("mini"))) == 1
    assert (len(before.stops), len(now.stops)) == (0, 1)


def test_one_that_is_read_only_touches_no_call(inflight: Inflight) -> None:
    call = register(inflight)
    assert inflight.apply(stop_of(tenant_key(ACME), mode=Mode.READ_ONLY)) == 0
    assert (call.stops, call.spared) == ([], set())


def test_a_call_that_the_stop_admits_is_not_cut(inflight: Inflight) -> None:
    admitted, not_admitted = register(inflight, draw=4), register(inflight, draw=5)
    assert inflight.apply(stop_of(tenant_key(ACME), admits=5)) == 1
    assert (len(admitted.stops), len(not_admitted.stops)) == (0, 1)


@pytest.mark.parametrize("in_flight", [InFlight.NEW_ONLY, InFlight.DRAIN])
def test_a_call_may_be_left_alone_by_this_stop_and_by_no_other(inflight: Inflight, in_flight: InFlight) -> None:
    call, stop = register(inflight), stop_of(tenant_key(ACME), in_flight=in_flight, drain_seconds=5)
    assert inflight.apply(stop) == 0
    assert (call.stops, call.spared) == ([], {stop.id})
    assert inflight.apply(stop_of(tenant_feature_key(ACME, ANSWERS))) == 1


def test_when_it_has_drained_the_rest_is_cut(inflight: Inflight) -> None:
    call, stop = register(inflight), stop_of(tenant_key(ACME), in_flight=InFlight.DRAIN, drain_seconds=5)
    inflight.apply(stop)
    later = register(inflight)
    assert inflight.end_drain(stop) == 1
    assert (call.stops, call.spared, later.stops) == ([stop], set(), [])


def test_whoever_went_on_to_another_model_meanwhile_does_not_come_back_to_a_drained_one(inflight: Inflight) -> None:
    call, stop = register(inflight), stop_of(MINI[1], in_flight=InFlight.DRAIN, drain_seconds=5)
    inflight.move(call, MINI)
    inflight.apply(stop)
    inflight.move(call, ())
    assert inflight.end_drain(stop) == 0
    assert (call.stops, call.spared) == ([], set())


def test_a_stop_that_was_tightened_meets_them_anew(inflight: Inflight) -> None:
    call = register(inflight)
    lenient = stop_of(tenant_key(ACME), in_flight=InFlight.NEW_ONLY)
    inflight.apply(lenient)
    assert inflight.apply(ActiveStop(lenient.id, lenient.target, "looking", "AI is paused.")) == 1
    assert call.spared == set()


def test_it_tells_how_many_calls_are_under_what_most_first(inflight: Inflight) -> None:
    for tenant in (ACME, ACME, GLOBEX):
        inflight.move(register(inflight, tenant), MINI)
    told = inflight.open_streams(4)
    assert list(told.values()) == [3, 3, 3, 2]
    assert told.keys() >= {*MINI, f"feature:{ANSWERS}"}
    assert EVERYTHING not in inflight.open_streams()
