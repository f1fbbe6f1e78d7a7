"""What may not be kept, told or waited for: odd text, keys in answers, a drip of headers; and who is another."""

import json
import socket
import threading
import time
from typing import Any

import pytest
from rest_framework.test import APIClient

from integrations import wire
from integrations.contract import Access
from integrations.faults import TimedOut
from integrations.models import Connection
from integrations.tryton.companies import Companies, Company
from tenants.models import Role, Tenant, User
from tenants.services import create_key
from tests.factories import actor_of, make_key
from tests.integrations.asking import CONNECTIONS, DRAFT, WRITES, ask, logged_in, with_key
from tests.integrations.factories import SALE
from tests.integrations.stand_in import StandIn


@pytest.mark.parametrize(
    ("input", "place"),
    [
        ({**SALE, "party": "C\0"}, "party"),
        ({**SALE, "description": "half \ud83d"}, "description"),
        ({**SALE, "lines": [{"description": "\0", "quantity": 1, "unit_price": "1"}]}, "lines[0].description"),
    ],
)
def test_text_that_no_database_keeps_is_refused_before_the_system_is_asked(
    api: APIClient, connection: Connection, tryton: StandIn, input: dict[str, Any], place: str
) -> None:
    body = json.dumps({"tenant": "acme", "input": input, "idempotency_key": "order-1"})
    answer = api.post(DRAFT, body, content_type="application/json")
    assert answer.status_code == 422
    assert f"{place}: it holds a null character" in answer.data["error"]["detail"]
    assert tryton.asked == []


def test_a_key_that_the_system_repeats_is_not_told_on(api: APIClient, connection: Connection, tryton: StandIn) -> None:
    tryton.read_faults.append("tells the key")
    says = api.post(f"{CONNECTIONS}acme/erp/test/", {}, format="json").data["health_says"]
    assert "bearer … here" in says
    assert "key-of-acme" not in says


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_drip_of_bytes_ends_with_the_requests_time(head: bytes) -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            peer, _ = server.accept()
            with peer:
                peer.sendall(head or b"HTTP/1.1 200 OK\r\nX: ")
                while not over.wait(0.05):
                    try:
                        peer.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(TimedOut):
            wire.send(
                "GET", f"http://127.0.0.1:{server.getsockname()[1]}/", headers={}, allow_private=True, seconds=0.4
            )
        took = time.monotonic() - began
        over.set()
        thread.join()
    assert took < 3


def test_companies_are_kept_for_so_long_and_no_more_of_them() -> None:
    kept, found = Companies(most=2), Company(1, "Acme", "USD")
    for number in (1, 2, 3, 3):
        kept.of(Access("http://erp", {"database": "erp"}, f"key {number}"), lambda: found)
    assert len(kept) == 2
    gone = Companies(seconds=-1)
    asked: list[int] = []
    for _ in range(2):
        gone.of(Access("http://erp", {"database": "erp"}, "key"), lambda: asked.append(1) or found)  # type: ignore[func-returns-value]
    assert len(asked) == 2


def test_who_made_the_key_that_asked_does_not_approve(
    operator: Tenant, engineer: User, support: User, connection: Connection
) -> None:
    own = with_key(create_key(operator, name="own", role=Role.ENGINEER, by=actor_of(engineer)).text)
    id = ask(own, tenant="acme").data["write"]["id"]
    answer = logged_in(engineer).post(f"/writes/{id}/approve/")
    assert answer.status_code == 403
    other = with_key(make_key(operator, role=Role.ADMIN).text)
    assert other.post(f"{WRITES}{id}/approve/", {}, format="json").data["error"]["code"] == "needs_another"
    assert logged_in(support).post(f"/writes/{id}/approve/").status_code == 302
