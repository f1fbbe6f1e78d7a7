"""Who is next, of those that wait."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from gateway.process.turns import Turns

ACME, GLOBEX, INITECH = UUID(int=1), UUID(int=2), UUID(int=3)


def anybody(tenant: UUID) -> bool:
    return True


def order(turns: Turns[str]) -> list[str]:
    found = []
    while (each := turns.next(anybody)) is not None:
        found.append(each[1])
    return found


def test_a_thousand_calls_of_one_delay_anothers_by_one_turn() -> None:
    turns: Turns[str] = Turns()
    for number in range(1000):
        turns.add(ACME, f"acme {number}")
    turns.add(GLOBEX, "globex")
    assert order(turns)[:3] == ["acme 0", "globex", "acme 1"]


def test_calls_of_one_tenant_have_their_turn_in_the_order_in_which_they_came() -> None:
    turns: Turns[str] = Turns()
    for name in ("a", "b", "c"):
        turns.add(ACME, name)
    assert order(turns) == ["a", "b", "c"]


def test_a_tenant_that_may_have_no_turn_is_passed_over_until_it_is_brought_back() -> None:
    turns: Turns[str] = Turns()
    turns.add(ACME, "a")
    turns.add(GLOBEX, "g")
    assert turns.next(lambda tenant: tenant != ACME) == (GLOBEX, "g")
    assert turns.next(anybody) is None
    turns.bring_back(ACME)
    assert turns.next(anybody) == (ACME, "a")
    turns.bring_back(ACME)
    assert turns.next(anybody) is None


def test_one_that_waits_no_more_is_passed_over() -> None:
    turns: Turns[str] = Turns()
    for tenant, name in ((ACME, "a"), (ACME, "b"), (GLOBEX, "g")):
        turns.add(tenant, name)
    turns.remove(ACME, "a")
    turns.remove(GLOBEX, "g")
    turns.remove(GLOBEX, "g")
    assert turns.count == 1
    assert order(turns) == ["b"]


@given(st.lists(st.tuples(st.sampled_from([ACME, GLOBEX, INITECH]), st.booleans()), max_size=60))
def test_whoever_is_added_comes_out_once_and_nobody_twice_before_all_had_a_turn(added: list[tuple[UUID, bool]]) -> None:
    turns: Turns[int] = Turns()
    for number, (tenant, _) in enumerate(added):
        turns.add(tenant, number)
    for number, (tenant, is_removed) in enumerate(added):
        turns.remove(tenant, number if is_removed else -1)
    left = [(tenant, number) for number, (tenant, is_removed) in enumerate(added) if not is_removed]
    assert turns.count == len(left)
    found = []
    while (each := turns.next(anybody)) is not None:
        found.append(each)
    assert sorted(found) == sorted(left)
    rounds = [sum(1 for tenant, _ in found[:at] if tenant == own) for at, (own, _) in enumerate(found)]
    assert rounds == sorted(rounds)
