"""Another model for a chain, a step at a time: what each makes of the chain, and the way back."""

import json
from typing import Any

import pytest
from django.test import Client

from gateway.models import Chain
from gateway.services import Member, declare_chain, order_before_promotion, state_of
from tenants.actors import SYSTEM
from tests.gateway.pages.asking import members, text, words

SWAP = "/chains/default/swap/"


def take(page: Client, step: str, model: str = "spare", **typed: str) -> Any:
    shown = json.dumps(state_of("default"))
    return page.post(SWAP, {"step": step, "model": model, "shown": shown, **typed})


def order() -> list[str]:
    return [member[0] for member in members()]


def test_going_back_restores_the_order_that_there_was_before(page: Client, chain: Chain) -> None:
    take(page, "join")
    assert order() == ["mini", "large", "spare"]
    take(page, "promote")
    assert order() == ["spare", "mini", "large"]
    take(page, "back")
    assert order() == ["mini", "large", "spare"]


def test_what_joined_since_stays_behind_those_that_were_there(page: Client, chain: Chain) -> None:
    take(page, "promote", "large")
    declare_chain("default", members=[Member("large"), Member("spare"), Member("mini")], by=SYSTEM)
    take(page, "back", "large")
    assert order() == ["mini", "large", "spare"]


def test_one_that_always_was_the_first_has_nothing_to_go_back_to(page: Client, chain: Chain) -> None:
    refused = take(page, "back", "mini")
    assert refused.status_code == 422
    assert "is not in the place of another" in words(refused.content.decode())
    assert order() == ["mini", "large"]
    assert "It is not in the place of another" in text(page, f"{SWAP}?model=mini")


def test_one_that_came_back_to_its_place_has_nothing_to_go_back_to(page: Client, chain: Chain) -> None:
    take(page, "promote", "large")
    assert order_before_promotion("default", "large") == ("mini", "large")
    take(page, "back", "large")
    assert "It is not in the place of another" in text(page, f"{SWAP}?model=mini")
    assert take(page, "back", "mini").status_code == 422
    assert order() == ["mini", "large"]


def test_of_two_promotions_each_goes_back_to_its_own_order(page: Client, chain: Chain) -> None:
    take(page, "promote", "large")
    take(page, "join")
    take(page, "promote")
    take(page, "back")
    assert order() == ["large", "mini", "spare"]
    take(page, "back", "large")
    assert order() == ["mini", "large", "spare"]
    assert order_before_promotion("default", "mini") == ()


def test_a_share_is_named_when_it_is_taken(page: Client, chain: Chain) -> None:
    take(page, "join")
    answer = page.get(take(page, "canary", percent="5").headers["Location"])
    assert "spare is asked first for 5% of the calls of default." in words(answer.content.decode())


@pytest.mark.parametrize("percent", ["0", "101", "-5", "five", ""])
def test_a_share_that_cannot_be_is_refused(page: Client, chain: Chain, percent: str) -> None:
    take(page, "join")
    assert take(page, "canary", percent=percent).status_code == 422


def test_a_change_in_between_is_told_with_who_made_it(page: Client, chain: Chain) -> None:
    shown = json.dumps(state_of("default"))
    declare_chain("default", members=[Member("large"), Member("mini")], by=SYSTEM)
    refused = page.post(SWAP, {"step": "promote", "model": "large", "shown": shown})
    assert refused.status_code == 409
    assert "Somebody else changed it" not in words(refused.content.decode())
    assert refused.content.decode().count('id="said"') == 1


SPOILT = [
    "",
    "{}",
    "[]",
    "nonsense",
    "[" * 15_000,
    '{"members": 5}',
    '{"deadline_seconds": 120, "triggers": [], "max_hops": 12, "members": []}',
    '{"deadline_seconds": 120, "triggers": [], "max_hops": 12, "members": [5]}',
    '{"deadline_seconds": 120, "triggers": [[]], "max_hops": 12, "members": [{"model": "mini"}]}',
    '{"deadline_seconds": true, "triggers": [], "max_hops": 12, "members": [{"model": [], "attempts": {}}]}',
]


@pytest.mark.parametrize("step", ["join", "canary", "promote", "back"])
@pytest.mark.parametrize("shown", SPOILT)
def test_a_form_that_does_not_say_what_it_began_from_is_told_so(
    page: Client, chain: Chain, step: str, shown: str
) -> None:
    sent = {"step": step, "model": "large", "percent": "17", "shown": shown}
    refused = page.post(SWAP, sent)
    content = refused.content.decode()
    assert (refused.status_code, content.count('id="said"')) == (422, 1)
    assert "What this form began from is missing" in content
    assert 'value="17"' in content
    assert order() == ["mini", "large"]


@pytest.mark.parametrize("shown", SPOILT)
def test_neither_does_the_form_of_the_chain_take_it(page: Client, chain: Chain, shown: str) -> None:
    sent = {
        "save": "1",
        "deadline": "44",
        "hops": "12",
        "model": "mini",
        "timeout": "60",
        "attempts": "1",
        "first": "0",
    }
    refused = page.post("/chains/default/edit/", {**sent, "shown": shown})
    assert refused.status_code == 422
    assert 'value="44"' in refused.content.decode()


def test_what_happened_is_told_at_the_step_that_the_page_goes_to(page: Client, chain: Chain) -> None:
    answer = take(page, "join")
    assert answer.headers["Location"].endswith("?model=spare#step-join")
    content = page.get(answer.headers["Location"]).content.decode()
    step = content[content.index('id="step-join"') : content.index('id="step-suites"')]
    assert "spare is the last one of default" in words(step)
    assert content.count('role="status"') == 1


def test_what_was_not_done_is_where_the_form_leads_to(page: Client, chain: Chain) -> None:
    take(page, "join")
    assert 'action="?model=spare#said"' in page.get(f"{SWAP}?model=spare").content.decode()
    assert take(page, "canary", percent="0").content.decode().count('id="said"') == 1


def test_a_model_that_is_not_there_is_said_where_one_is_picked(page: Client, chain: Chain) -> None:
    answer = page.get(f"{SWAP}?model=gone")
    assert answer.status_code == 404
    assert "There is no model 'gone'." in words(answer.content.decode())
    assert 'id="step-pick"' in answer.content.decode()
