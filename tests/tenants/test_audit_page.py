import csv
import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from killswitch.models import Stop
from tenants import audit
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Role, Tenant, User
from tenants.scope import ALL, scope
from tenants.views import audit as audit_page
from tests import streaming
from tests.evals.factories import make_suite
from tests.factories import make_operator, make_user
from tests.killswitch.factories import make_stop
from tests.prompts.factories import make_release, make_version

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
    first, *lines = answer.getvalue().decode().splitlines()
    [row] = csv.DictReader(lines)
    assert re.fullmatch(
        r"# http://testserver/audit\.csv\?tenant=acme&action=stop\.made at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first
    )
    assert (row["tenant"], row["action"], row["actor"]) == ("acme", "stop.made", by_support.label)
    assert "bill doubled" in row["details"]


def test_the_csv_is_read_lot_by_lot_and_complete(page: Client, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.views.audit.LOT", 2)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    [audit.append(acme.pk, actor=SYSTEM, action="test.done", object=f"{n}", payload={}, at=at) for n in range(5)]
    lines = page.get("/audit.csv", {"action": "test.done"}).getvalue().decode().splitlines()
    assert [row["object"] for row in csv.DictReader(lines[1:])] == ["4", "3", "2", "1", "0"]


def test_the_csv_streams_from_an_asgi_server(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie, happened = logged_in_over_three_entries(), []
    monkeypatch.setattr("tenants.views.audit.LOT", 2)
    monkeypatch.setattr("aiops.lib.spreadsheet._LOT", 1)
    monkeypatch.setattr(audit_page, "_csv_row", lambda row: happened.append(f"read {row.object}") or (row.object,))
    streaming.ask(
        "/audit.csv?action=test.done", cookie=cookie, on_body=lambda piece: happened.append(piece.decode().strip()[:8])
    )
    assert happened == ["# http:/", "read 2", "2", "read 1", "1", "read 0", "0"]


def logged_in_over_three_entries() -> str:
    with scope(ALL):
        operator, client = make_operator(), Client()
        client.force_login(make_user("manager@operator.example", Role.MANAGER, operator))
        [audit.append(operator.pk, actor=SYSTEM, action="test.done", object=f"{n}", payload={}) for n in range(3)]
    return client.cookies.output(header="").strip().partition(";")[0]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"models": ["mini", "large"]}, "Models</span> mini, large</div>"),
        ({"limits": {"per_user": 5, "is_hard": True}}, "Limits</span> is hard: yes, per user: 5</div>"),
        (
            {"after": {"members": [{"model": "mini", "attempts": 1}, {"model": "large"}]}, "before": {"members": []}},
            "Members</span> none → <b>mini (attempts: 1), large</b>",
        ),
        ({"after": {"simulated": False}, "before": {"simulated": True}}, "Simulated</span> yes → <b>no</b>"),
        (
            {"after": {"plan": None}, "before": {"plan": "Pro"}},
            'Plan</span> Pro → <b><span aria-hidden="true">—</span>',
        ),
        (
            {"until": "2026-11-25T02:13:54.209686+00:00"},
            'datetime="2026-11-25T02:13:54.209+00:00" data-form="stamp">25 Nov 02:13:54 UTC</time>',
        ),
        ({"note": "2026-99-25T02:13:54Z"}, "Note</span> 2026-99-25T02:13:54Z</div>"),
    ],
)
def test_what_was_done_is_said_as_people_say_it(page: Client, acme: Tenant, payload: dict[str, Any], said: str) -> None:
    audit.append(acme.pk, actor=SYSTEM, action="test.done", object="thing", payload=payload)
    assert said in text(page.get(AUDIT, {"action": "test.done"}))


def test_what_would_act_unseen_is_spelled_out(page: Client, acme: Tenant) -> None:
    evil = "\x1b[31mred \u202eback"
    audit.append(acme.pk, actor=SYSTEM, action="test.done", object=evil, payload={evil: evil, "all": [{"name": evil}]})
    shown = text(page.get(AUDIT))
    assert ("\x1b" in shown, "\u202e" in shown) == (False, False)
    assert r"\x1b[31mred \u202eback" in shown
    assert "\x1b" not in page.get("/audit.csv").getvalue().decode()


def test_versions_are_called_by_their_numbers(page: Client, operator: Tenant) -> None:
    first, second = make_version("One."), make_version("Two.")
    make_version("Zero.", name="other")
    make_version("Two.", name="other")
    suite = make_suite()
    make_release(first)
    make_release(second)
    shown = text(page.get(AUDIT, {"action": "prompt.released"}))
    assert (
        f'<span class="mono" title="{first.hash}">v1</span> → <b><span class="mono" title="{second.hash}">v2</span></b>'
    ) in shown
    pushed = text(page.get(AUDIT, {"action": "suite.pushed"}))
    assert f'<span class="mono" title="{suite.hash}">#1</span>' in pushed


def test_a_hash_that_nobody_knows_is_cut(page: Client, acme: Tenant) -> None:
    digest = "0123456789abcdef" * 4
    audit.append(acme.pk, actor=SYSTEM, action="test.done", object="thing", payload={"version": digest})
    assert f'title="{digest}">0123456789</span>' in text(page.get(AUDIT))


def test_a_tenants_own_entries_say_nothing_of_the_operators_versions(page: Client, acme: Tenant) -> None:
    version = make_version()
    audit.append(acme.pk, actor=SYSTEM, action="test.done", object="welcome", payload={"version": version.hash})
    assert f">{version.hash[:10]}</span>" in text(page.get(AUDIT, {"tenant": "acme"}))


def test_ids_are_behind_more_and_nothing_is_said_twice(page: Client, stop: Stop) -> None:
    shown = text(page.get(AUDIT, {"tenant": "acme", "action": "stop.made"}))
    at_once, more = shown[shown.index('class="details"') :].split("<summary>More</summary>")
    assert str(stop.pk) not in at_once
    assert f"Stop</span> {stop.pk}</div>" in more
    assert (shown.count("Reason</span>"), "None" in shown, "[{" in shown) == (1, False, False)


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
    assert "acme" not in client.get("/audit.csv").getvalue().decode()
    assert client.get("/audit/verify/", {"tenant": "acme"}).status_code == HTTPStatus.NOT_FOUND
