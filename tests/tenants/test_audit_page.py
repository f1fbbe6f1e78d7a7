import csv
from datetime import datetime
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from killswitch.models import Stop
from tenants import audit
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Tenant, User
from tenants.scope import ALL, scope
from tests.killswitch.factories import make_stop

AUDIT = "/audit/"


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def stop(acme: Tenant, by_support: Actor, now: datetime) -> Stop:
    return make_stop(acme, by=by_support, at=now, reason=Stop.Reason.COST, note="bill doubled")


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_entry_says_who_did_what_to_whom_and_what_changed(page: Client, stop: Stop, by_support: Actor) -> None:
    shown = text(page.get(AUDIT, {"tenant": "acme", "action": "stop.made"}))
    entry = AuditEntry.objects.of(stop.tenant).get(action="stop.made")
    assert by_support.label in shown
    assert "<b>Acme Robotics</b>" in shown
    assert "bill doubled" in shown
    assert f">{bytes(entry.seal).hex()[:8]}<" in shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"tenant": "acme"}, True),
        ({"tenant": "globex"}, False),
        ({"action": "stop.made"}, True),
        ({"action": "stop.lifted"}, False),
        ({"q": "bill DOUBLED"}, True),
        ({"q": "nothing of the kind"}, False),
        ({"seq": "999"}, False),
        ({"page": "7"}, False),
        ({"page": "x"}, True),
    ],
)
def test_it_can_be_narrowed(page: Client, globex: Tenant, stop: Stop, asked: dict[str, str], found: bool) -> None:
    assert ("bill doubled" in text(page.get(AUDIT, asked))) is found


def test_fifty_are_on_a_page(page: Client, acme: Tenant) -> None:
    [audit.append(acme.pk, actor=SYSTEM, action="test.done", object=f"thing {n}", payload={}) for n in range(51)]
    assert "Older →" in text(page.get(AUDIT, {"tenant": "acme"}))
    assert "← Newer" in text(page.get(AUDIT, {"tenant": "acme", "page": "2"}))


def test_markup_in_what_was_done_is_text(page: Client, acme: Tenant) -> None:
    audit.append(acme.pk, actor=SYSTEM, action="test.done", object="<script>x</script>", payload={"n": "<b>y</b>"})
    shown = text(page.get(AUDIT))
    assert "&lt;script&gt;x" in shown
    assert "<script>x" not in shown
    assert "<b>y</b>" not in shown


def test_all_of_it_as_csv(page: Client, stop: Stop, by_support: Actor) -> None:
    answer = page.get("/audit.csv", {"tenant": "acme", "action": "stop.made"})
    first, *lines = answer.content.decode().splitlines()
    [row] = csv.DictReader(lines)
    assert first == "# http://testserver/audit.csv?tenant=acme&action=stop.made"
    assert (row["tenant"], row["action"], row["actor"]) == ("acme", "stop.made", by_support.label)
    assert "bill doubled" in row["details"]


def test_a_chain_that_holds_is_said(page: Client, stop: Stop) -> None:
    shown = text(page.get("/audit/verify/", {"tenant": "acme"}))
    assert "The chain of Acme Robotics holds." in shown


def test_all_chains_are_verified_together(page: Client, stop: Stop, globex: Tenant) -> None:
    assert "All 3 chains hold." in text(page.get("/audit/verify/"))


def test_a_chain_that_was_rewritten_names_the_entry(page: Client, stop: Stop, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing can rewrite an entry here, so the key that sealed it is another.
    monkeypatch.setattr("django.conf.settings.AIOPS_AUDIT_KEY", "another key")
    shown = text(page.get("/audit/verify/", {"tenant": "acme"}))
    assert "The chain is broken" in shown
    assert "entry 1 does not hold" in shown


def test_the_database_refuses_to_rewrite_it(acme: Tenant, everything: None) -> None:
    with scope(ALL), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('tenants_auditentry', 'UPDATE')")
        assert cursor.fetchone() == (False,)


def test_a_viewer_is_refused(client: Client, viewer: User) -> None:
    client.force_login(viewer)
    assert client.get(AUDIT).status_code == HTTPStatus.FORBIDDEN


def test_a_stranger_sees_nothing_of_acme(client: Client, stop: Stop, stranger: User) -> None:
    client.force_login(stranger)
    assert "Acme" not in text(client.get(AUDIT))
    assert "acme" not in client.get("/audit.csv").content.decode()
    assert client.get("/audit/verify/", {"tenant": "acme"}).status_code == HTTPStatus.NOT_FOUND
