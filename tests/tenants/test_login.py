from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.test import Client

from tenants.models import Role, Tenant, User
from tests.factories import PASSWORD, make_user

WRONG = "The email address and/or password you specified are not correct."


@pytest.fixture(autouse=True)
def unthrottled(db: None) -> None:
    cache.clear()


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/login/", {"login": email, "password": password, **more})


@pytest.mark.parametrize(
    ("person", "home"),
    [("support", "/switches/"), ("engineer", "/evals/"), ("manager", "/spend/"), ("viewer", "/switches/")],
)
def test_each_role_begins_where_its_work_is(
    client: Client, request: pytest.FixtureRequest, person: str, home: str
) -> None:
    user: User = request.getfixturevalue(person)
    log_in(client, user.email)
    assert client.get("/")["Location"] == home


def test_the_link_that_was_asked_for_comes_after_login(client: Client, support: User) -> None:
    answer = client.post("/login/?next=/switches/acme/off/", {"login": support.email, "password": PASSWORD})
    assert answer["Location"] == "/switches/acme/off/"


def test_the_link_of_another_site_does_not(client: Client, support: User) -> None:
    answer = client.post("/login/?next=https://evil.example/", {"login": support.email, "password": PASSWORD})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("email", ["support@operator.example", "nobody@operator.example"])
def test_a_wrong_password_and_a_wrong_person_get_the_same_answer(client: Client, support: User, email: str) -> None:
    answer = client.post("/login/", {"login": email, "password": "not the password"})
    assert answer.status_code == HTTPStatus.OK
    assert WRONG in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert f'value="{email}"' in answer.content.decode()


def test_guessing_is_slowed_down(client: Client, support: User) -> None:
    answers = [client.post("/login/", {"login": support.email, "password": f"guess {number}"}) for number in range(12)]
    last = answers[-1]
    assert last.status_code == HTTPStatus.TOO_MANY_REQUESTS or "Too many failed login attempts" in last.content.decode()


def test_a_password_manager_knows_the_fields(client: Client, db: None) -> None:
    shown = client.get("/login/").content.decode()
    assert 'autocomplete="username"' in shown
    assert 'autocomplete="current-password"' in shown


def test_nobody_signs_up(client: Client, db: None) -> None:
    assert client.get("/signup/").status_code == HTTPStatus.NOT_FOUND
    assert "sign up" not in client.get("/login/").content.decode().lower()


def test_logging_out_ends_it(client: Client, support: User) -> None:
    client.force_login(support)
    client.post("/logout/")
    assert client.get("/switches/")["Location"].startswith("/login/")


def test_a_look_at_log_out_does_not(client: Client, support: User) -> None:
    client.force_login(support)
    client.get("/logout/")
    assert client.get("/account/").status_code == HTTPStatus.OK


def test_a_password_is_changed_by_who_knows_the_old_one(client: Client, support: User) -> None:
    client.force_login(support)
    fresh = "a quite different long one"
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    support.refresh_from_db()
    assert support.check_password(fresh)


@pytest.mark.parametrize(("old", "new"), [("wrong", "a quite different long one"), (PASSWORD, "short")])
def test_otherwise_it_is_not(client: Client, support: User, old: str, new: str) -> None:
    client.force_login(support)
    answer = client.post("/account/password/", {"oldpassword": old, "password1": new, "password2": new})
    support.refresh_from_db()
    assert 'class="problem"' in answer.content.decode()
    assert support.check_password(PASSWORD)


def test_somebody_without_a_role_is_told(client: Client, operator: object) -> None:
    client.force_login(User.objects.create_user("new@operator.example", PASSWORD))
    answer = client.get("/")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Your role does not include it" in answer.content.decode()


# The account page


def test_the_account_says_who_one_is_and_may_be(client: Client, support: User) -> None:
    client.force_login(support)
    shown = client.get("/account/").content.decode()
    assert support.email in shown
    assert "Over all tenants" in shown
    assert "<b>Support</b>" in shown


@pytest.mark.parametrize(("chosen", "attribute"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_chosen_colours_stay(client: Client, support: User, chosen: str, attribute: str) -> None:
    client.force_login(support)
    client.post("/account/theme/", {"theme": chosen})
    assert attribute in client.get("/account/").content.decode()


@pytest.mark.parametrize("chosen", ["system", "pink", ""])
def test_without_a_choice_the_device_decides(client: Client, support: User, chosen: str) -> None:
    client.force_login(support)
    client.post("/account/theme/", {"theme": chosen})
    assert "data-theme" not in client.get("/account/").content.decode()


def test_choosing_colours_leads_back_to_a_page_of_ours_only(client: Client, support: User) -> None:
    client.force_login(support)
    assert client.post("/account/theme/", {"theme": "dark", "next": "/spend/"})["Location"] == "/spend/"
    assert client.post("/account/theme/", {"theme": "dark", "next": "//evil.example"})["Location"] == "/account/"


def test_an_engineer_of_one_tenant_is_told_whose_page_it_is(client: Client, acme: Tenant) -> None:
    client.force_login(make_user("engineer@acme.example", Role.ENGINEER, acme))
    answer = client.get("/prompts/")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "This page is for the staff of this installation" in answer.content.decode()


def test_the_rail_shows_what_one_may_open(client: Client, viewer: User) -> None:
    client.force_login(viewer)
    shown = client.get("/switches/").content.decode()
    assert "/spend/" in shown
    assert "/audit/" not in shown
