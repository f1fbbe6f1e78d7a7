"""What cannot be asked for in the list of calls, and what it says."""

import pytest
from django.test import Client

from costs.records import Outcome
from tenants.models import Tenant, User
from tests.costs.calls.asking import CALLS, CSV, ids, text
from tests.costs.calls.conftest import Make
from tests.evals.parity.factories import make_chain


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"from": "yesterday"}, "“yesterday” is not a time."),
        ({"outcome": "fine"}, "“Outcome” cannot be “fine”; it can be ok, refused"),
        ({"fallback": "perhaps"}, "it can be yes or no"),
        ({"cost": "much"}, "it can be an amount in dollars"),
        ({"cost": "NaN"}, "it can be an amount in dollars"),
        ({"ms": "-1"}, "“Took at least” cannot be “-1”; it can be a number of milliseconds"),
        ({"stop": "x"}, "it can be an id"),
        ({"tokens": "-1"}, "it can be a number of tokens"),
        ({"confidence": "85"}, "it can be a share from 0 to 1"),
        ({"grounding": "bad"}, "it can be answered, withheld, none"),
        ({"refusal": "bored"}, "“Withheld for” cannot be “bored”; it can be "),
        ({"cost": "5", "cost_to": "1"}, "“Cost at least” is more than “Cost at most”, so no call fits."),
        ({"from": "now-2d", "to": "now-5d"}, "The range ends before it begins."),
        ({"sort": "best"}, "The order cannot be “best”; it can be newest, cost, latency"),
        ({"id": "12345"}, "at least six digits"),
        ({"price": "cheap"}, "it can be exact, nothing_asked, unpriced"),
        ({"version": "x"}, "it can be a hash or name@v17"),
        ({"before": "x"}, "(before) must be the id of a call"),
        ({"teant": "acme"}, "did you mean tenant?"),
    ],
)
def test_what_cannot_be_asked_is_said(page: Client, acme: Tenant, query: dict[str, str], told: str) -> None:
    answer = page.get(CALLS, query)
    assert answer.status_code == 422
    assert told in answer.context["asked"].problem


@pytest.mark.parametrize("before", ["ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"])
def test_an_id_of_no_time_breaks_nothing(page: Client, make: Make, before: str) -> None:
    make()
    assert page.get(CALLS, {"before": before}).status_code == 200
    assert page.get(CALLS, {"after": before}).status_code == 200


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"tenant": "nobody"}, "There is no tenant “nobody” that you may see"),
        ({"feature": "nothing"}, "There is no feature “nothing” that you may see"),
    ],
)
def test_what_is_not_there_is_said_and_the_other_filters_are_kept(
    page: Client, make: Make, query: dict[str, str], told: str
) -> None:
    make(2, user="bob")
    made = make(1, user="ada")
    answer = page.get(CALLS, {**query, "user": "ada"})
    assert answer.status_code == 422
    assert told in text(answer)
    assert [line.call.id for line in answer.context["lines"]] == [made.call.id]
    assert page.get(CSV, query).status_code == 422


def test_what_is_no_text_is_refused_on_a_page(page: Client, acme: Tenant) -> None:
    answer = page.get(CALLS, {"user": "a\0b"})
    assert answer.status_code == 400
    assert "<h1>This request cannot be read</h1>" in text(answer)
    assert answer["Content-Security-Policy"]
    # Whoever is logged in can go on from there.
    assert '<a href="/switches/">' in text(answer).replace(' aria-current="page"', "")


def test_what_is_no_text_leads_a_stranger_home(client: Client, db: None) -> None:
    answer = client.get(CALLS, {"user": "a\0b"})
    assert answer.status_code == 400
    assert '<a class="btn tap" href="/">Go to the start page</a>' in text(answer)
    assert "tabbar" not in text(answer)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"model": "gtp-test"}, "“Model” cannot be “gtp-test”; it can be gpt-test."),
        ({"environment": "prod"}, "“Environment” cannot be “prod”; it can be production."),
        ({"chain": "defualt"}, "“Chain” cannot be “defualt”; it can be default."),
        (
            {"hop": "bored"},
            "“An attempt failed for” cannot be “bored”; it can be a status such as 429 or 503, 429-cooldown",
        ),
    ],
)
def test_a_name_that_nothing_bears_is_said_with_those_that_there_are_and_stays_in_the_form(
    page: Client, make: Make, query: dict[str, str], told: str
) -> None:
    make_chain("gpt-test")
    make(outcome=Outcome.REFUSED, model="", provider="")
    answer = page.get(CALLS, query)
    assert answer.status_code == 422
    assert told in answer.context["asked"].problem
    assert f'value="{next(iter(query.values()))}"' in text(answer)


def test_a_model_that_is_no_more_has_its_calls(page: Client, make: Make) -> None:
    make_chain("gpt-test")
    make(model="retired")
    assert len(ids(page, model="retired")) == 1


def test_a_tenants_own_people_are_not_told_which_models_there_are(client: Client, viewer: User, make: Make) -> None:
    make_chain("gpt-test")
    client.force_login(viewer)
    answer = client.get(CALLS, {"model": "gtp-test"})
    assert (answer.status_code, answer.context["asked"].problem) == (200, "")
