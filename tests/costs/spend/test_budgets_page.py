"""The Budgets page: the list, setting one, removing one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from costs.budgets import declare_budget
from costs.models import Budget
from costs.records import Outcome
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant, User
from tests.costs.factories import make_opened, make_stopped, record
from tests.costs.spend.asking import call, text
from tests.evals.factories import make_suite

LIST, SET, CSV = "/budgets/", "/budgets/set/", "/budgets.csv"
ASKED: dict[str, Any] = {"tenant": "acme", "feature": "", "period": "month", "kind": "hard", "amount_usd": "250"}
SURE = ASKED | {"confirmed": "1", "expected": ""}


def declare(tenant: Tenant, amount: str, **values: Any) -> Budget:
    return declare_budget(tenant, amount_usd=Decimal(amount), by=SYSTEM, at=datetime.now(UTC), **values).row


def test_without_budgets_it_says_what_will_appear(page: Client) -> None:
    shown = text(page.get(LIST))
    assert "No budgets yet" in shown
    assert "aiops budget set 250 --tenant acme --hard" in shown


def test_the_most_used_stands_first_with_how_it_stands(
    page: Client, acme: Tenant, globex: Tenant, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "9", now), call(globex, answers, "1", now), at=now)
    declare(globex, "100")
    declare(acme, "10", kind=Budget.Kind.HARD)
    shown = text(page.get(LIST))
    assert shown.index("Acme Robotics<div") < shown.index("Globex Shipping<div")
    assert "90.0%" in shown
    assert "$9.00 spent" in shown
    assert "<b>hard</b>, refuses calls" in shown


def test_one_that_is_used_up_says_that_it_refuses(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    record(call(acme, answers, "9", now), at=now)
    declare(acme, "1", kind=Budget.Kind.HARD)
    declare(acme, "2", period=Budget.Period.DAY)
    shown = text(page.get(LIST))
    assert shown.count("Refuses every call") == 1
    assert shown.count("■") == 2


@pytest.mark.parametrize(("query", "found"), [("?q=acme", True), ("?q=glob", False), ("?only=soft", True)])
def test_it_is_filtered_and_so_is_the_csv(page: Client, acme: Tenant, query: str, found: bool) -> None:
    declare(acme, "10")
    assert ("$10.00 a month" in text(page.get(LIST + query))) == found
    lines = b"".join(page.get(CSV + query)).decode()  # type: ignore[arg-type]
    assert ("Acme Robotics,acme,,month,soft,10,0,0" in lines) == found


def test_a_tenants_own_people_see_theirs_and_no_buttons(
    client: Client, viewer: User, operator: Tenant, acme: Tenant, globex: Tenant
) -> None:
    for tenant in (operator, acme, globex):
        declare(tenant, "10")
    client.force_login(viewer)
    shown = text(client.get(LIST))
    assert "Acme Robotics<div" in shown
    assert "Globex" not in shown
    assert "Everything<div" not in shown
    assert SET not in shown


def test_setting_one_first_tells_what_it_would_do(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    record(call(acme, answers, "9", now), at=now)
    looked = page.post(SET, ASKED, follow=True)
    assert looked.redirect_chain[0][0].startswith(f"{SET}?tenant=acme&")
    assert looked.status_code == 200
    assert "$241.00 is left." in text(looked)
    assert not Budget.objects.exists()
    done = page.post(SET, SURE, follow=True)
    assert done.redirect_chain == [(LIST, 302)]
    assert "Set: $250.00 a month for Acme Robotics, hard." in text(done)
    assert Budget.objects.get().kind == Budget.Kind.HARD


def test_one_that_would_refuse_every_call_says_so(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    record(call(acme, answers, "9", now), at=now)
    shown = text(page.post(SET, ASKED | {"amount_usd": "5"}, follow=True))
    assert "Every call in this scope would be refused at once," in shown
    assert "Set it and refuse every call" in shown
    assert "No call would be refused." in text(page.post(SET, ASKED | {"amount_usd": "5", "kind": "soft"}, follow=True))


def test_a_link_shows_what_is_there(page: Client, acme: Tenant, answers: Feature) -> None:
    declare(acme, "12.50", feature=answers, kind=Budget.Kind.HARD)
    shown = text(page.get(f"{SET}?tenant=acme&feature=answers&period=month"))
    assert 'value="12.5"' in shown
    assert 'value="hard" checked' in shown


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"amount_usd": "much"}, "Enter an amount in dollars"),
        ({"amount_usd": "1e3"}, "Enter an amount in dollars"),
        ({"amount_usd": "1,5"}, "Enter an amount in dollars"),
        ({"amount_usd": "\u0661\u0662"}, "Enter an amount in dollars"),
        ({"amount_usd": "NaN"}, "Enter an amount in dollars"),
        ({"amount_usd": "1" * 41}, "Enter an amount in dollars"),
        ({"amount_usd": "0.0000000001"}, "Give at most 9 digits after the point."),
        ({"amount_usd": "12345678901234567890"}, "More than $0"),
        ({"amount_usd": "-1"}, "More than $0"),
        ({"amount_usd": "9000000"}, "More than $0"),
        ({"kind": ""}, "Choose what it does"),
        ({"tenant": "nobody"}, "There is no such tenant"),
        ({"feature": "nothing"}, "There is no such feature"),
    ],
)
def test_what_cannot_be_keeps_what_was_typed(page: Client, acme: Tenant, wrong: dict[str, str], told: str) -> None:
    answer = page.post(SET, SURE | {"amount_usd": "77"} | wrong)
    assert answer.status_code == 422
    assert told in text(answer)
    assert f'value="{wrong.get("amount_usd", "77")}"' in text(answer)
    assert not Budget.objects.exists()


def test_who_is_slower_is_told_and_may_go_on(page: Client, acme: Tenant) -> None:
    declare(acme, "3")
    slow = page.post(SET, SURE)
    assert slow.status_code == 409
    assert "Changed while you were here." in text(slow)
    assert "It is $3.00 a month now, soft." in text(slow)
    assert Budget.objects.get().amount_usd == 3
    assert page.post(SET, SURE | {"expected": "soft 3"}).status_code == 302
    assert Budget.objects.get().amount_usd == 250


def test_one_is_removed_after_a_question(page: Client, acme: Tenant) -> None:
    budget = declare(acme, "3")
    address = f"/budgets/{budget.pk}/remove/"
    assert "Remove the budget of Acme Robotics?" in text(page.get(address))
    done = page.post(address + "?only=soft", follow=True)
    assert done.redirect_chain == [("/budgets/?only=soft", 302)]
    assert "Removed: $3.00 a month for Acme Robotics, soft." in text(done)
    assert not Budget.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_removes_it_second_is_told_who_was_first(page: Client, acme: Tenant, manager: User, method: str) -> None:
    address = f"/budgets/{declare(acme, '3').pk}/remove/"
    page.post(address)
    assert f"Removed already, by {manager.email} at " in text(getattr(page, method)(address, follow=True))


def test_what_never_was_a_budget_is_not_there(page: Client, operator: Tenant) -> None:
    assert page.post(f"/budgets/{UUID(int=1)}/remove/").status_code == 404


def test_a_removal_leads_back_to_what_the_list_was_filtered_by(page: Client, acme: Tenant) -> None:
    budget = declare(acme, "3")
    assert f'href="/budgets/{budget.pk}/remove/?only=soft"' in text(page.get(LIST + "?only=soft"))
    asked = text(page.get(f"/budgets/{budget.pk}/remove/?only=soft"))
    assert 'href="/budgets/?only=soft">Cancel' in asked
    assert f'action="/budgets/{budget.pk}/remove/?only=soft"' in asked


@pytest.mark.parametrize("address", [LIST, CSV])
def test_a_choice_that_is_none_is_refused_in_words(page: Client, acme: Tenant, address: str) -> None:
    declare(acme, "3")
    answer = page.get(address + "?only=nope")
    assert answer.status_code == 422
    assert "There is no choice “nope” of budgets; up, nearly, hard, soft are there." in text(answer)


@pytest.mark.parametrize(
    ("typed", "meant"), [("1,000", "1000"), ("$20", "20"), ("$1,234.50", "1234.5"), (".5", "0.5"), (" 7. ", "7")]
)
def test_an_amount_is_written_as_pages_print_it(page: Client, acme: Tenant, typed: str, meant: str) -> None:
    assert page.post(SET, SURE | {"amount_usd": typed}).status_code == 302
    assert Budget.objects.get().amount_usd == Decimal(meant)


def test_only_who_may_change_budgets_does(client: Client, support: User, acme: Tenant) -> None:
    budget = declare(acme, "3")
    client.force_login(support)
    answers = [client.get(SET), client.post(SET, SURE), client.post(f"/budgets/{budget.pk}/remove/")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Budget.objects.get().amount_usd == 3


@pytest.mark.parametrize("address", [LIST, CSV])
def test_nothing_is_written_by_looking(page: Client, address: str) -> None:
    assert page.post(address).status_code == 405


def test_an_address_that_asks_what_cannot_be_is_refused_in_words(page: Client, acme: Tenant) -> None:
    answer = page.get(f"{SET}?look=1&tenant=acme&period=month&kind=hard&amount_usd=much")
    assert answer.status_code == 422
    assert "Enter an amount in dollars" in text(answer)


def test_features_of_eval_runs_are_offered_only_where_a_budget_is_of_one(page: Client, operator: Tenant) -> None:
    make_suite("welcome")
    assert "Evals: welcome" not in text(page.get(SET))
    declare(operator, "5", feature=Feature.objects.get(slug="eval-welcome"))
    assert 'value="eval-welcome" selected' in text(page.get(SET, {"feature": "eval-welcome"}))


def test_a_hard_one_that_refused_calls_counts_as_refusing_though_it_is_not_full(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    opened = make_opened(at=now, tenant=acme.pk, feature=answers.pk)
    record(call(acme, answers, "1.81", now), make_stopped(opened, outcome=Outcome.OVER_BUDGET), at=now)
    declare(acme, "2", kind=Budget.Kind.HARD)
    declare(acme, "20", period=Budget.Period.DAY)
    shown = text(page.get(LIST, {"only": "up"}))
    assert "Refused 1 call: the next could have passed it" in shown
    assert "Used up or refusing <b>1</b>" in shown
    assert "$20.00 a day" not in shown


def test_a_months_budget_expects_what_the_spend_page_forecasts(
    page: Client, operator: Tenant, acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    for day in range(20):
        at = now - timedelta(days=day)
        record(call(acme, answers, str(day % 7 + 1), at), call(globex, drafts, "0.5", at), at=at)
    for tenant, feature in ((operator, None), (acme, None), (acme, answers), (globex, drafts)):
        declare(tenant, "999", feature=feature)
    declare(acme, "5", period=Budget.Period.DAY)
    rows = [row for row in page.get(LIST).context["rows"] if row.limited.standing.budget.period == "month"]
    assert len(rows) == 4
    for row in rows:
        budget = row.limited.standing.budget
        query = {} if budget.tenant == operator else {"tenant": budget.tenant.slug}
        query |= {"feature": budget.feature.slug} if budget.feature else {}
        forecast = page.get("/spend/", query).context["report"].forecast
        assert row.expected == forecast.total


def test_what_is_expected_takes_as_many_queries_for_many_as_for_few(
    page: Client, acme: Tenant, globex: Tenant, answers: Feature, django_assert_max_num_queries: Any
) -> None:
    for tenant in (acme, globex):
        for feature in (None, answers):
            declare(tenant, "9", feature=feature)
    with django_assert_max_num_queries(30):
        page.get(LIST)
