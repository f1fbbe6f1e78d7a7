"""Undo: the inverse action is a write of its own, and what it took back says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from integrations import services
from integrations.models import Connection, LedgerEntry
from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant, User
from tenants.refusals import Conflict
from tests.integrations.asking import WRITES, logged_in, text
from tests.integrations.factories import write
from tests.integrations.stand_in import StandIn
from tests.killswitch.factories import make_stop


@pytest.fixture
def done(acme: Tenant, allowing: Connection) -> LedgerEntry:
    return write(acme)


def undo(client: APIClient, entry: LedgerEntry) -> Any:
    return client.post(f"{WRITES}{entry.id}/undo/", {"note": "wrong price"}, format="json")


def test_a_draft_sale_is_cancelled(api: APIClient, acme: Tenant, done: LedgerEntry, tryton: StandIn) -> None:
    answer = undo(api, done)
    assert (answer.status_code, answer.data["action"], answer.data["state"]) == (200, "tryton.cancel_sale", "done")
    assert {"field": "state", "before": "draft", "after": "cancelled"} in answer.data["diff"]
    done.refresh_from_db()
    assert (done.state, tryton.sales[1]["state"]) == ("undone", "cancelled")
    actions = list(AuditEntry.objects.of(acme).order_by("seq").values_list("action", flat=True))
    assert actions[-3:] == ["write.undoing", "write.done", "write.undone"]


def test_twice_is_once(api: APIClient, done: LedgerEntry, tryton: StandIn) -> None:
    undo(api, done)
    answer = undo(api, done)
    assert (answer.status_code, answer.data["error"]["code"]) == (409, "not_undoable")
    assert len([each for each in tryton.written() if each.endswith("cancel")]) == 1


def test_whoever_looked_before_somebody_else_undid_it_is_told_so(
    acme: Tenant, done: LedgerEntry, tryton: StandIn, by_support: Actor
) -> None:
    seen = LedgerEntry.objects.get(tenant=acme, id=done.id)
    services.undo(done, by=by_support, at=datetime.now(UTC))
    with pytest.raises(Conflict, match="or has done so"):
        services.undo(seen, by=by_support, at=datetime.now(UTC))


def test_what_was_confirmed_meanwhile_is_not_undone(api: APIClient, done: LedgerEntry, tryton: StandIn) -> None:
    tryton.sales[1]["state"] = "confirmed"
    answer = undo(api, done)
    assert (answer.status_code, answer.data["error"]["code"]) == (422, "rejected")
    assert "Sale 1 is confirmed" in answer.data["error"]["detail"]
    done.refresh_from_db()
    assert done.state == "done"


def test_an_undo_that_failed_can_be_asked_for_again(api: APIClient, done: LedgerEntry, tryton: StandIn) -> None:
    tryton.faults.append("403")
    assert undo(api, done).data["state"] == "failed"
    assert undo(api, done).data["state"] == "done"
    done.refresh_from_db()
    assert done.state == "undone"


def test_an_undo_whose_answer_was_lost_is_found(api: APIClient, done: LedgerEntry, tryton: StandIn) -> None:
    tryton.faults.append("dropped after")
    assert undo(api, done).data["state"] == "done"


def test_an_undo_in_doubt_is_settled_later(api: APIClient, done: LedgerEntry, tryton: StandIn) -> None:
    tryton.faults.append("dropped before")
    assert undo(api, done).data["state"] == "unknown"
    assert undo(api, done).status_code == 409
    services.reconcile(at=datetime.now(UTC) + timedelta(minutes=5))
    assert undo(api, done).data["state"] == "done"


def test_a_stop_does_not_hold_up_what_takes_back(
    api: APIClient, acme: Tenant, done: LedgerEntry, by_support: Actor
) -> None:
    make_stop(acme, by=by_support, at=datetime.now(UTC))
    assert undo(api, done).data["state"] == "done"


def test_what_no_action_takes_back_says_what_to_do_by_hand(
    support: User, acme: Tenant, allowing: Connection, tryton: StandIn
) -> None:
    sale = tryton.create({"party": 2, "lines": [["create", []]], "reference": "theirs"})
    cancelled = write(acme, action="tryton.cancel_sale", input={"sale": sale["id"]})
    page = logged_in(support)
    assert "press Draft" in text(page.get(f"/writes/{cancelled.id}/"))
    answer = page.post(f"/writes/{cancelled.id}/undo/")
    assert answer.status_code == 409
    assert "No action takes this back." in text(answer)


def test_where_writes_are_dry_runs_nothing_is_taken_back(
    api: APIClient, allowing: Connection, done: LedgerEntry, by_support: Actor, tryton: StandIn
) -> None:
    services.change(allowing, {"writes": "dry_run"}, is_over_all=True, by=by_support, at=datetime.now(UTC))
    assert undo(api, done).status_code == 409
    assert tryton.sales[1]["state"] == "draft"
