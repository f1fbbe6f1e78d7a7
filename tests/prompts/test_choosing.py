"""Which version a caller gets."""

from uuid import UUID

import pytest

from prompts.choosing import Chosen, Offer, caller, choose

ACME, GLOBEX = UUID(int=1), UUID(int=2)
PEOPLE = [caller(ACME, f"person-{number}") for number in range(20_000)]
COMMON = Offer("main", "canary", 10)


def taken(percent: int, prompt: str = "welcome") -> set[str]:
    offer = Offer("main", "canary", percent)
    chosen = {who: choose(prompt, own=None, common=offer, who=who) for who in PEOPLE}
    return {who for who, found in chosen.items() if found and found.is_canary}


@pytest.mark.parametrize("percent", [1, 10, 50, 99])
def test_as_many_people_as_the_share_says_get_the_canary(percent: int) -> None:
    assert len(taken(percent)) / len(PEOPLE) == pytest.approx(percent / 100, abs=0.01)


def test_a_larger_share_takes_more_in_and_lets_nobody_out() -> None:
    groups = [taken(percent) for percent in (1, 5, 25, 60, 99)]
    assert groups == sorted(groups, key=len)
    assert groups[0] < groups[1] < groups[2] < groups[3] < groups[4]


def test_a_person_always_gets_the_same() -> None:
    assert taken(20) == taken(20)


def test_of_two_prompts_not_the_same_people_are_taken() -> None:
    assert len(taken(10) & taken(10, "goodbye")) < len(taken(10)) / 4


def test_a_user_of_one_tenant_is_another_than_the_same_id_of_another() -> None:
    here, there = (
        {who for who in range(2_000) if choose("p", own=None, common=COMMON, who=caller(tenant, str(who))) != MAIN}
        for tenant in (ACME, GLOBEX)
    )
    assert len(here & there) < len(here) / 2


MAIN = Chosen("main")


@pytest.mark.parametrize(
    ("own", "common", "expected"),
    [
        (None, None, None),
        (None, Offer("all"), Chosen("all")),
        (Offer("own"), Offer("all"), Chosen("own", is_own=True)),
        (Offer("own"), None, Chosen("own", is_own=True)),
        # Everybody's canary takes in all that it can.
        (None, Offer("all", "tried", 100), Chosen("tried", is_canary=True)),
        (Offer("own"), Offer("all", "tried", 100), Chosen("own", is_own=True)),
        (Offer("own", "mine", 100), Offer("all", "tried", 100), Chosen("mine", is_canary=True, is_own=True)),
        (Offer("own", "mine", 0), Offer("all", "tried", 100), Chosen("own", is_own=True)),
        # A tenant with a canary beside what everybody gets.
        (Offer(None, "mine", 100, is_there=False), Offer("all"), Chosen("mine", is_canary=True, is_own=True)),
        (Offer(None, "mine", 0, is_there=False), Offer("all"), Chosen("all")),
        (Offer(None, "mine", 0, is_there=False), Offer("all", "tried", 100), Chosen("tried", is_canary=True)),
        # Its own version cannot be rendered: it gets no other in its stead.
        (Offer(), Offer("all"), None),
    ],
)
def test_the_tenants_comes_first_and_a_canary_before_what_it_stands_beside(
    own: Offer[str] | None, common: Offer[str] | None, expected: Chosen[str] | None
) -> None:
    assert choose("welcome", own=own, common=common, who=caller(ACME, "ann")) == expected


def test_who_is_nobody_is_in_no_canary() -> None:
    assert choose("welcome", own=None, common=Offer("main", "canary", 99), who=caller(ACME, "")) == MAIN
