"""Adding, changing, removing: on the page and by the API, and who may."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from killswitch.models import Channel, Notice
from killswitch.notices import channels
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Role, Tenant, User
from tenants.refusals import Conflict
from tenants.scope import scope
from tests.factories import make_key, make_user
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import make_channel
from tests.killswitch.notices.postbox import Postbox
from tests.killswitch.notices.receiver import Receiver

HOME = "/switches/~notices/"
HOOK = "https://hooks.example/services/T0/B0/verysecretpart"
FORM = {"tenant": "_operator", "kind": "webhook", "name": "Ops", "address": HOOK, "news": "every", "is_enabled": "on"}


@pytest.fixture
def page(client: Client, engineer: User) -> Client:
    client.force_login(engineer)
    return client


@pytest.fixture
def owner(acme: Tenant) -> User:
    return make_user("boss@acme.example", Role.TENANT_ADMIN, acme)


@pytest.fixture
def api(operator: Tenant) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(operator, role=Role.ENGINEER).text}")
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_empty_page_says_what_to_do(page: Client) -> None:
    said = text(page.get(HOME))
    assert "Nobody is told of stops yet" in said
    assert "/switches/~notices/add/" in said


def test_a_channel_is_added_and_its_address_is_shown_no_more(page: Client) -> None:
    answer = page.post(f"{HOME}add/", FORM | {"secret": "a secret of the receiver"}, follow=True)
    made = Channel.objects.get()
    assert (made.opened_address(), made.opened_secret()) == (HOOK, "a secret of the receiver")
    assert made.address == "https://hooks.example:443/…part"
    for said in (text(answer), text(page.get(f"{HOME}{made.pk}/"))):
        assert "verysecretpart" not in said
        assert "a secret of the receiver" not in said
    entry = AuditEntry.objects.get(action="channel.added")
    assert "verysecret" not in str(entry.payload)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("address", "http://127.0.0.1/x", "127.0.0.1 is in a private range; tick “Allow addresses of the private"),
        ("address", "ftp://hooks.example", "must begin with https:// or http://"),
        ("address", "", "Address: This is needed."),
        ("name", "", "Name: This is needed."),
        ("secret", "short", "At least 16 characters; these are 5."),
        ("news", "some", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(page: Client, field: str, value: str, said: str) -> None:
    answer = page.post(f"{HOME}add/", FORM | {"name": "Ops on Slack", field: value})
    assert answer.status_code == 422
    assert said in text(answer).replace("&quot;", '"')
    assert not Channel.objects.exists()
    assert ('value="Ops on Slack"' in text(answer)) == (field != "name")


def test_mail_takes_several_addresses_and_no_wrong_one(page: Client) -> None:
    form = FORM | {"kind": "email", "address": "a@x.example; b@x.example, nobody"}
    assert "nobody" in text(page.post(f"{HOME}add/", form))
    page.post(f"{HOME}add/", form | {"address": "a@x.example; b@x.example a@x.example"})
    assert Channel.objects.get().opened_address() == "a@x.example b@x.example"


def test_a_change_keeps_the_address_that_was_left_empty(page: Client, operator: Tenant, now: datetime) -> None:
    made = make_channel(operator, HOOK, at=now)
    form = {"name": "Night shift", "news": "trouble", "version": "1", "is_enabled": "on", "address": "", "secret": ""}
    page.post(f"{HOME}{made.pk}/", form)
    made.refresh_from_db()
    assert (made.name, made.news, made.version, made.opened_address()) == ("Night shift", "trouble", 2, HOOK)


def test_a_colleagues_change_is_not_taken_back_unseen(page: Client, operator: Tenant, now: datetime) -> None:
    made = make_channel(operator, HOOK, at=now)
    channels.change(made, {"news": "trouble"}, by=SYSTEM, at=now)
    answer = page.post(f"{HOME}{made.pk}/", {"name": "Mine", "news": "every", "version": "1", "is_enabled": "on"})
    assert answer.status_code == 409
    assert "the console itself changed this channel" in text(answer)
    assert 'value="Mine"' in text(answer)


def test_removed_it_leaves_nothing_to_send(
    page: Client, operator: Tenant, acme: Tenant, by_support: Actor, now: datetime
) -> None:
    made = make_channel(operator, HOOK, at=now)
    make_stop(acme, by=by_support, at=now)
    page.post(f"{HOME}{made.pk}/remove/")
    assert (Channel.objects.count(), Notice.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(action="channel.removed").count() == 1


def test_two_of_one_name_would_be_mistaken(operator: Tenant, now: datetime) -> None:
    make_channel(operator, HOOK, at=now)
    with pytest.raises(Conflict, match="a channel called Ops already"):
        make_channel(operator, HOOK, at=now)


def test_the_test_says_at_once_what_came_of_it(
    page: Client, operator: Tenant, receiver: Receiver, now: datetime
) -> None:
    made = make_channel(operator, receiver.url, at=now)
    receiver.faults.extend(["", "500"])
    url = f"{HOME}{made.pk}/test/"
    assert "Ops: Delivered: it answered 200." in text(page.post(url, follow=True))
    assert "Ops: It answered 500: not now" in text(page.post(url, follow=True))
    assert receiver.texts == ["Test: notices of stops arrive here"] * 2
    assert list(Notice.objects.order_by("id").values_list("state", flat=True)) == ["sent", "given_up"]
    assert AuditEntry.objects.filter(action="channel.tested").count() == 2


def test_what_was_given_up_is_sent_again(
    page: Client, operator: Tenant, acme: Tenant, by_support: Actor, now: datetime
) -> None:
    make_channel(operator, HOOK, at=now)
    make_stop(acme, by=by_support, at=now)
    Notice.objects.update(state=Notice.State.GIVEN_UP, says="It answered 500: <script>")
    said = text(page.get(HOME))
    assert "Given up" in said
    assert "&lt;script&gt;" in said
    page.post(f"{HOME}{Notice.objects.get().pk}/again/")
    assert Notice.objects.get().state == Notice.State.WAITING


def test_support_sees_and_does_not_change(client: Client, support: User, operator: Tenant, now: datetime) -> None:
    made = make_channel(operator, HOOK, at=now)
    client.force_login(support)
    said = text(client.get(HOME))
    assert "Ops" in said
    assert "Change" not in said
    assert client.post(f"{HOME}add/", FORM).status_code == 403
    assert client.post(f"{HOME}{made.pk}/test/").status_code == 403


def test_a_tenants_admin_has_channels_of_their_tenant(
    client: Client, owner: User, acme: Tenant, globex: Tenant, operator: Tenant, now: datetime
) -> None:
    theirs = [make_channel(operator, HOOK, at=now, name="Hidden"), make_channel(globex, HOOK, at=now, name="Other")]
    client.force_login(owner)
    client.post(f"{HOME}add/", FORM | {"tenant": "acme"})
    said = text(client.get(HOME))
    assert "Stops of Acme Robotics" in said
    assert "Hidden" not in said
    assert "Other" not in said
    for each in theirs:
        assert client.get(f"{HOME}{each.pk}/").status_code == 404
        assert client.post(f"{HOME}{each.pk}/test/").status_code == 404
        assert client.post(f"{HOME}{each.pk}/remove/").status_code == 404
    assert client.post(f"{HOME}add/", FORM | {"tenant": "_operator"}).status_code == 404
    assert client.post(f"{HOME}add/", FORM | {"tenant": "globex"}).status_code == 404
    with scope([acme.pk]):
        assert Channel.objects.get().name == "Ops"


def test_a_tenants_admin_does_not_get_into_the_operators_network(
    client: Client, owner: User, acme: Tenant, now: datetime
) -> None:
    client.force_login(owner)
    form = FORM | {"tenant": "acme", "address": "http://10.0.0.1/x", "allow_private": "on"}
    assert client.post(f"{HOME}add/", form).status_code == 403
    made = make_channel(acme, "http://127.0.0.1:9/x", at=now)
    moved = {"name": "Ops", "news": "every", "version": "1", "is_enabled": "on", "address": "http://127.0.0.1:9/y"}
    assert client.post(f"{HOME}{made.pk}/", moved | {"allow_private": "on"}).status_code == 403
    made.refresh_from_db()
    assert made.opened_address() == "http://127.0.0.1:9/x"


def test_programs_do_the_same(api: APIClient, receiver: Receiver, acme: Tenant, by_support: Actor) -> None:
    order = {"kind": "webhook", "name": "Ops", "address": receiver.url, "allow_private": True}
    made = api.post("/api/v1/notices/channels/", order, format="json")
    url = f"/api/v1/notices/channels/{made.json()['id']}/"
    assert (made.status_code, made.json()["tenant"], made.json()["is_signed"]) == (201, "_operator", False)
    assert "abcdefghijkl" not in str(made.json())
    assert api.post(f"{url}test/").json() == {"ok": True, "says": "Delivered: it answered 200."}
    assert api.patch(url, {"secret": "a secret of the receiver"}, format="json").json()["is_signed"] is True
    assert api.patch(url, {"secret": ""}, format="json").json()["is_signed"] is False
    assert api.patch(url, {"news": "trouble", "version": 1}, format="json").status_code == 409
    make_stop(acme, by=by_support, at=datetime.now(UTC))
    told = api.get("/api/v1/notices/").json()["results"]
    assert [(each["kind"], each["state"], each["channel"]) for each in told] == [
        ("changed", "waiting", "Ops"), ("test", "sent", "Ops"),
    ]  # fmt: skip
    assert api.post(f"/api/v1/notices/{told[0]['id']}/again/").status_code == 409
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404


@pytest.mark.parametrize(
    "order",
    [
        {"address": "nobody", "kind": "email"},
        {"address": "a@x.example", "kind": "email", "secret": "a secret of the receiver"},
        {"tenant": "acme", "news": "shared"},
        {"address": "https://hooks.example/#x"},
        {"address": " ".join(f"p{n}@x.example" for n in range(11)), "kind": "email"},
    ],
)
def test_what_cannot_be_is_refused(api: APIClient, acme: Tenant, order: dict[str, str]) -> None:
    given = {"kind": "webhook", "name": "Ops", "address": HOOK} | order
    assert api.post("/api/v1/notices/channels/", given, format="json").status_code == 422


def test_mail_that_cannot_go_out_is_said_on_the_page(
    page: Client, operator: Tenant, no_mail: None, now: datetime
) -> None:
    made = make_channel(operator, "a@x.example", at=now)
    assert "this installation knows no mail server" in text(page.get(HOME))
    assert "E-mail is not set up" in text(page.post(f"{HOME}{made.pk}/test/", follow=True))


def test_mail_is_tested_through_the_server(page: Client, operator: Tenant, postbox: Postbox, now: datetime) -> None:
    made = make_channel(operator, "a@x.example", at=now)
    assert "Ops: The mail server took it." in text(page.post(f"{HOME}{made.pk}/test/", follow=True))
    assert postbox.subjects == ["Test: notices of stops arrive here"]


def test_a_tenants_admin_is_not_offered_news_that_never_come(client: Client, owner: User, acme: Tenant) -> None:
    client.force_login(owner)
    assert "Stops over everybody" not in text(client.get(f"{HOME}add/"))
    answer = client.post(f"{HOME}add/", FORM | {"tenant": "acme", "news": "shared"})
    assert (answer.status_code, Channel.objects.count()) == (422, 0)


def test_the_operators_people_are_offered_all_news(page: Client) -> None:
    shown = text(page.get(f"{HOME}add/"))
    assert "Stops over everybody" in shown
    assert '<div class="stack of-webhook">' in shown
