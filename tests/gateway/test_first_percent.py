"""A share of people is answered by another model first, and each stays with theirs."""

from collections import Counter
from dataclasses import replace

import pytest

from gateway.config import Member, Route
from gateway.routing.canary import for_somebody
from gateway.services import Member as Declared
from gateway.services import declare_chain
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.factories import make_model
from tests.gateway.world import QUESTION, Customer, World

MINI, LARGE, HUGE = (Member(make_model(name)) for name in ("mini", "large", "huge"))
PEOPLE = [f"person-{number}" for number in range(20_000)]


def route(*shares: int, name: str = "default") -> Route:
    members = zip((MINI, LARGE, HUGE), shares, strict=False)
    return Route(name, tuple(replace(member, first_percent=share) for member, share in members), name)


def first(walked: Route, who: str) -> str:
    return for_somebody(walked, who).members[0].model.slug


def test_without_a_share_the_route_is_as_it_is() -> None:
    plain = route(0, 0, 0)
    assert for_somebody(plain, "ann") is plain


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0, 5), {"mini": 0.95, "large": 0.05}),
        ((0, 10, 30), {"mini": 0.6, "large": 0.1, "huge": 0.3}),
        ((0, 100), {"large": 1.0}),
        ((20, 20), {"mini": 0.8, "large": 0.2}),
    ],
)
def test_as_many_people_as_the_share_says_begin_with_it(shares: tuple[int, ...], expected: dict[str, float]) -> None:
    counted = Counter(first(route(*shares), who) for who in PEOPLE)
    assert {model: round(count / len(PEOPLE), 2) for model, count in counted.items()} == pytest.approx(
        expected, abs=0.0101
    )


def test_the_others_keep_their_order_behind() -> None:
    walked = for_somebody(route(0, 0, 100), "ann")
    assert [member.model.slug for member in walked.members] == ["huge", "mini", "large"]


def test_one_person_stays_with_one_model_while_the_share_grows() -> None:
    taken = [{who for who in PEOPLE if first(route(0, share), who) == "large"} for share in (1, 5, 25, 60)]
    assert taken[0] < taken[1] < taken[2] < taken[3]


def test_of_two_chains_not_the_same_people_are_taken() -> None:
    taken = [{who for who in PEOPLE if first(route(0, 10, name=name), who) == "large"} for name in ("a", "b")]
    assert len(taken[0] & taken[1]) < len(taken[0]) / 4


@pytest.fixture
def shared(world: World) -> World:
    with scope(ALL):
        declare_chain("half", members=[Declared("mini"), Declared("large", first_percent=50)], by=SYSTEM)
        declare_chain("whole", members=[Declared("mini"), Declared("large", first_percent=100)], by=SYSTEM)
    world.catch_up()
    return world


def ask(customer: Customer, chain: str = "half", **tags: str) -> str:
    response = customer.post({"model": chain, "messages": QUESTION}, **tags)
    return str(response.headers["x-aiops-model"])


def test_each_user_stays_with_one_model_and_users_differ(shared: World, customer: Customer) -> None:
    users = [{"X-AIOps-User": f"user-{number}"} for number in range(12)]
    served = [[ask(customer, **user) for user in users] for _ in range(2)]
    assert served[0] == served[1]
    assert set(served[0]) == {"simulator/sim-mini", "simulator/sim-large"}


def test_a_session_goes_before_its_user(shared: World, customer: Customer) -> None:
    people = [{"X-AIOps-User": f"user-{number}", "X-AIOps-Session": "one"} for number in range(12)]
    assert len({ask(customer, **person) for person in people}) == 1


def test_whoever_begins_with_it_has_not_fallen_back(shared: World, customer: Customer) -> None:
    response = customer.post({"model": "whole", "messages": QUESTION})
    record = shared.record_of(response.headers["x-aiops-call-id"])
    assert (record.model, record.call.model, record.fallback) == ("sim-large", "sim-large", False)
    assert "x-aiops-fallback" not in response.headers


def test_where_it_fails_the_first_position_answers(shared: World, customer: Customer) -> None:
    shared.fail("sim-large", "500", count=1)
    response = customer.post({"model": "whole", "messages": QUESTION})
    assert response.headers["x-aiops-fallback"] == "simulator/sim-large:500"
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"
    assert shared.record_of(response.headers["x-aiops-call-id"]).fallback
