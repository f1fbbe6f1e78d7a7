"""Every scope, mode and rule for calls under way, while they wait and while they stream."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import orjson
import pytest
from pytest_django import DjangoDbBlocker

from killswitch.scopes import ROAD, InFlight, Mode, Scope
from tests.gateway.world import World
from tests.killswitch.matrix.expected import HELD, goes_on, passes, told
from tests.killswitch.matrix.places import CELLS, make_place, named
from tests.killswitch.matrix.under_way import Ended, Phase, Rule, run

type Ends = Callable[[Ended], None]

# A stop is in force within 1.5 s whatever happens, and in milliseconds as a rule; one that drains gives a second.
AT_ONCE, DRAINED = (-0.5, 1.5), (0.9, 3.0)
# So long that all stops are made while the first calls run, on a busy machine too.
LONG, SHORT = 12.0, 0.6
# A connection is only met by actions.
RULES = [Rule(*cell, in_flight) for cell in CELLS if cell[0] != Scope.CONNECTION for in_flight in InFlight]
OVER_EVERYBODY = [rule for rule in RULES if rule.scope == Scope.GLOBAL]
CASES = [(rule, phase) for rule in RULES for phase in Phase]


def within(ended: Ended, when: tuple[float, float]) -> None:
    assert when[0] <= ended.seconds <= when[1]


def breaks_off(ended: Ended, when: tuple[float, float]) -> None:
    within(ended, when)
    assert ended.answer.status_code == 200
    assert "[DONE]" not in ended.answer.text
    told(orjson.loads(ended.answer.text.strip().rpartition("data: ")[2])["error"], ended.stop)


def is_held(ended: Ended, when: tuple[float, float]) -> None:
    within(ended, when)
    HELD[Mode(ended.stop.mode)](ended.answer, ended.stop)


def is_answered_by_another(ended: Ended, when: tuple[float, float]) -> None:
    within(ended, when)
    goes_on(ended.answer, ended.place)


def runs_on(ended: Ended) -> None:
    passes(ended.answer)
    assert '"error"' not in ended.answer.text
    assert ended.answer.headers["x-aiops-model"] == f"{ended.place.name}/{ended.place.upstream}"


WHEN: Mapping[InFlight, tuple[float, float]] = {InFlight.CUT: AT_ONCE, InFlight.DRAIN: DRAINED}


def ending(rule: Rule, phase: Phase) -> Ends:
    if rule.mode == Mode.READ_ONLY or rule.in_flight == InFlight.NEW_ONLY:
        return runs_on
    how = breaks_off if phase == Phase.STREAMING else is_answered_by_another if rule.scope in ROAD else is_held
    return partial(how, when=WHEN[rule.in_flight])


@pytest.fixture(scope="module")
def ended(grounds: World, django_db_blocker: DjangoDbBlocker) -> Iterator[Mapping[tuple[Rule, Phase], Ended]]:
    """Of all that reach one place only, together; those over everybody one after the other."""
    with django_db_blocker.unblock():
        yield _run_all(grounds)


def _run_all(world: World) -> Mapping[tuple[Rule, Phase], Ended]:
    make = partial(make_place, world.gateway, world.simulator)
    found = dict(run(world, [rule for rule in RULES if rule not in OVER_EVERYBODY], make, seconds=LONG))
    for rule in OVER_EVERYBODY:
        seconds = SHORT if ending(rule, Phase.WAITING) is runs_on else LONG
        found |= run(world, [rule], make, seconds=seconds)
        world.lift(found[rule, Phase.WAITING].stop)
        world.catch_up()
    return found


@pytest.mark.parametrize(("rule", "phase"), CASES, ids=named)
def test_it_ends_as_the_stop_says(ended: Mapping[tuple[Rule, Phase], Ended], rule: Rule, phase: Phase) -> None:
    ending(rule, phase)(ended[rule, phase])


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_new_call_is_held_whatever_becomes_of_those_under_way(
    ended: Mapping[tuple[Rule, Phase], Ended], rule: Rule
) -> None:
    HELD[rule.mode](ended[rule, Phase.WAITING].next_answer, ended[rule, Phase.WAITING].stop)
