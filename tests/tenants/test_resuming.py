"""A form that is sent after the session ended: kept, shown after the login, sent by one press."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from costs.models import Budget
from killswitch.models import Stop
from readiness.models import Attestation
from tenants import resuming
from tenants.models import Feature, Tenant, User
from tests.factories import PASSWORD
from tests.killswitch.switches.asking import order

RESUME = "/account/resume/"
SET = "/budgets/set/"
ASKED: dict[str, Any] = {"tenant": "acme", "feature": "", "period": "month", "kind": "hard", "amount_usd": "250"}


@pytest.fixture(autouse=True)
def unthrottled(db: None) -> None:
    cache.clear()


def log_in(client: Client, user: User) -> str:
    answer = client.post(f"/login/?next={RESUME}", {"login": user.email, "password": PASSWORD})
    return answer.headers["Location"]


def resumed(client: Client) -> str:
    answer = client.get(RESUME)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, address: str, fields: dict[str, Any], **more: Any) -> None:
    answer = client.post(address, fields, **more)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/login/?next={RESUME}")


def test_a_budget_is_shown_after_the_login_and_sent_by_one_press(client: Client, admin: User, acme: Tenant) -> None:
    send(client, SET, ASKED, headers={"referer": "http://testserver/budgets/set/?tenant=acme"})
    assert log_in(client, admin) == RESUME
    shown = resumed(client)
    assert "You were logged out before this was sent; nothing was done." in shown
    assert "<dt>Amount usd</dt><dd>250</dd>" in shown
    assert '<input type="hidden" name="amount_usd" value="250">' in shown
    assert f'action="{SET}"' in shown
    assert 'href="/budgets/set/?tenant=acme"' in shown
    assert not Budget.objects.exists()
    assert "Set hard budget of $250.00" in client.post(SET, ASKED, follow=True).content.decode()
    assert client.get(RESUME).headers["Location"] == "/"


def test_a_stop_is_kept_and_made_once(client: Client, support: User, acme: Tenant) -> None:
    address, fields = "/switches/acme/off/", order(acme, reason="looking", note="<b>odd</b>")
    send(client, address, fields)
    assert not Stop.objects.exists()
    log_in(client, support)
    assert "&lt;b&gt;odd&lt;/b&gt;" in resumed(client)
    client.post(address, fields)
    assert Stop.objects.get().note == "<b>odd</b>"
    assert client.get(RESUME).status_code == 302


def test_an_attestation_keeps_each_of_several_values(client: Client, manager: User, answers: Feature) -> None:
    fields = {"statement": "looked", "providers": ["one", "two"]}
    send(client, "/readiness/answers/25/attest/", fields)
    log_in(client, manager)
    shown = resumed(client)
    assert "<dd>one</dd><dd>two</dd>" in shown
    assert 'name="providers" value="two"' in shown
    assert not Attestation.objects.exists()


def test_a_key_is_not_kept_and_the_page_says_so(client: Client, admin: User, acme: Tenant) -> None:
    send(client, "/connections/new/", {"name": "Theirs", "key": "hidden-from-all", "csrfmiddlewaretoken": "x"})
    assert "hidden-from-all" not in str(dict(client.session.items()))
    log_in(client, admin)
    shown = resumed(client)
    assert "The key was not kept: fill it in again." in shown
    assert "Theirs" in shown
    assert "Send it now" not in shown
    assert 'href="/connections/new/"' in shown
    assert "csrfmiddlewaretoken</dt>" not in shown


def test_what_is_too_long_is_not_kept(client: Client, admin: User, acme: Tenant) -> None:
    send(client, SET, ASKED | {"amount_usd": "9" * resuming.LARGEST})
    log_in(client, admin)
    shown = resumed(client)
    assert "too long to be kept" in shown
    assert "Send it now" not in shown


def test_after_half_an_hour_it_is_gone(client: Client, admin: User, acme: Tenant) -> None:
    send(client, SET, ASKED)
    session = client.session
    long_ago = datetime.now(UTC) - resuming.KEPT_FOR - timedelta(seconds=1)
    session["kept_form"] |= {"at": long_ago.timestamp()}
    session.save()
    log_in(client, admin)
    assert "A form is kept for 30 minutes." in client.get(RESUME, follow=True).content.decode()


@pytest.mark.parametrize(
    "referer", ["https://evil.example/", "http://testserver/no/such/", f"http://testserver{RESUME}"]
)
def test_the_way_back_is_a_page_of_ours(client: Client, admin: User, acme: Tenant, referer: str) -> None:
    send(client, SET, ASKED, headers={"referer": referer})
    log_in(client, admin)
    assert f'href="{SET}">Back to the page' in resumed(client)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/no/such/"])
def test_nothing_is_sent_to_what_is_not_ours(client: Client, admin: User, acme: Tenant, address: str) -> None:
    send(client, SET, ASKED)
    session = client.session
    session["kept_form"] |= {"address": address}
    session.save()
    log_in(client, admin)
    assert client.get(RESUME).status_code == 302


def test_a_part_of_a_page_leads_the_whole_page_to_the_login(client: Client, admin: User, acme: Tenant) -> None:
    answer = client.post(SET, ASKED, headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == f"/login/?next={RESUME}"
    log_in(client, admin)
    assert "Send it now" in resumed(client)


def test_without_login_it_is_not_shown(client: Client, acme: Tenant) -> None:
    send(client, SET, ASKED)
    assert client.get(RESUME).headers["Location"].startswith("/login/")


def test_a_form_without_its_cookie_says_that_what_was_typed_is_there(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(SET, ASKED)
    assert answer.status_code == 403
    assert "what you typed is still there" in answer.content.decode()


def test_a_stop_is_told_in_words_and_its_button_names_it(client: Client, support: User, acme: Tenant) -> None:
    send(client, "/switches/acme/off/", order(acme, reason="looking", note="odd", mode="refuse", in_flight="cut"))
    log_in(client, support)
    shown = resumed(client)
    assert f"Turn off {acme.name}?</h1>" in shown
    assert f"</svg>Turn off {acme.name}</button>" in shown
    assert "<dt>Reason</dt><dd>Looking into it</dd>" in shown
    assert "<dt>Note</dt><dd>odd</dd>" in shown
    assert "Submission" not in shown
    assert "In flight" not in shown
    assert "<code>/switches/acme/off/</code>" not in shown


def test_the_words_of_a_form_tell_nothing_to_whoever_may_not_see_it(
    client: Client, stranger: User, acme: Tenant
) -> None:
    send(client, "/switches/acme/off/", order(acme))
    log_in(client, stranger)
    shown = resumed(client)
    assert acme.name not in shown.replace("/switches/acme/", "")
    assert "Send it now" in shown


def test_a_form_that_was_opened_before_a_login_in_another_tab_waits_for_one_press(support: User, acme: Tenant) -> None:
    client, fields = Client(enforce_csrf_checks=True), order(acme, note="typed")
    client.force_login(support)
    here = {"referer": "http://testserver/switches/acme/"}
    answer = client.post("/switches/acme/off/", fields | {"csrfmiddlewaretoken": "x" * 64}, headers=here)
    assert (answer.status_code, answer.headers["Location"]) == (302, RESUME)
    assert not Stop.objects.exists()
    shown = resumed(client)
    assert "<dd>typed</dd>" in shown
    token = client.cookies["aiops_csrf"].value
    client.post("/switches/acme/off/", fields | {"csrfmiddlewaretoken": token}, headers=here)
    assert Stop.objects.get().note == "typed"


@pytest.mark.parametrize("referer", ["", "https://evil.example/"])
def test_what_another_site_sends_is_not_kept(support: User, acme: Tenant, referer: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(support)
    answer = client.post("/switches/acme/off/", order(acme), headers={"referer": referer} if referer else {})
    assert answer.status_code == 403
    assert client.get(RESUME).headers["Location"] == "/"


def at_the_login(client: Client, then: str = RESUME) -> str:
    return " ".join(client.get("/login/", {"next": then}).content.decode().split())


def test_the_login_says_what_was_not_done(client: Client, acme: Tenant) -> None:
    send(client, "/switches/acme/off/", order(acme))
    shown = at_the_login(client)
    assert "You were logged out. acme is not off yet.</b> Log in, and your form comes back to be sent." in shown
    assert acme.name not in shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/switches/acme/on/", "acme is not back on yet."),
        ("/switches/~everyone/off/", "AI for everyone is not off yet."),
        ("/switches/~model/gpt-4o/off/", "gpt-4o is not off yet."),
        (SET, "What you sent was not done."),
    ],
)
def test_so_it_does_of_everything_that_is_sent(client: Client, acme: Tenant, address: str, said: str) -> None:
    client.post(address, ASKED)
    assert f"You were logged out. {said}</b>" in at_the_login(client)


def test_a_login_that_leads_elsewhere_or_waits_for_nothing_says_nothing(client: Client, acme: Tenant) -> None:
    assert "You were logged out" not in at_the_login(client)
    send(client, "/switches/acme/off/", order(acme))
    assert "You were logged out" not in at_the_login(client, "/switches/")


def test_a_wrong_password_does_not_make_it_forget(client: Client, support: User, acme: Tenant) -> None:
    send(client, "/switches/acme/off/", order(acme))
    answer = client.post("/login/", {"login": support.email, "password": "wrong", "next": RESUME})
    assert "acme is not off yet." in answer.content.decode()


def test_a_kept_stop_has_the_button_and_the_place_of_its_page(client: Client, support: User, acme: Tenant) -> None:
    send(client, "/switches/acme/off/", order(acme))
    log_in(client, support)
    shown = resumed(client)
    assert '<button class="btn big stop arm" type="submit">' in shown
    assert '<a href="/switches/" aria-current="page">' in shown
    assert '<a href="/account/" aria-current="page">' not in shown
