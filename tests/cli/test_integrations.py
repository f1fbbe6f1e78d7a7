"""The commands about customers' systems: connection, action, writes."""

import json
from collections.abc import Iterator

import pytest

from integrations.models import Connection, LedgerEntry
from tenants.models import Role, Tenant
from tests.cli.conftest import Aiops, As, printed
from tests.integrations.factories import SALE, make_connection, make_waiting, write
from tests.integrations.stand_in import StandIn, serving

RUN = ("action", "run", "tryton.draft_sale", "--tenant", "acme", "--input", json.dumps(SALE))


@pytest.fixture
def tryton() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in


@pytest.fixture
def connection(acme: Tenant, tryton: StandIn) -> Connection:
    return make_connection(acme, tryton.url)


def add(aiops: Aiops, tryton: StandIn, *more: str, key: str = "key-of-acme") -> object:
    what = ("--tenant", "acme", "--system", "tryton", "--address", tryton.url, "--acts-as", "aiops")
    return aiops("connection", "add", "erp", *what, "--set", "database=erp", "--key-stdin", *more, input=f"{key}\n")


def test_a_system_is_connected_and_tested(aiops: Aiops, acme: Tenant, tryton: StandIn) -> None:
    result = add(aiops, tryton, "--allow-private")
    assert "erp of acme is connected; writes: approve." in result.stdout  # type: ignore[attr-defined]  # a Result
    assert Connection.objects.get().access().credentials == "key-of-acme"
    assert aiops("connection", "test", "erp", "--tenant", "acme").stdout == (
        "Tryton answers as aiops, of Acme Robotics.\n"
    )
    assert printed(aiops("connection", "list", "--json"))[0]["health"] == "ok"


def test_a_test_that_finds_something_wrong_has_exit_code_1(aiops: Aiops, acme: Tenant, tryton: StandIn) -> None:
    make_connection(acme, tryton.url, key="key-of-nobody")
    result = aiops("connection", "test", "erp", "--tenant", "acme")
    assert (result.exit_code, "does not know this key" in result.stderr) == (1, True)


def test_the_private_network_is_allowed_expressly_only(aiops: Aiops, acme: Tenant, tryton: StandIn) -> None:
    result = add(aiops, tryton)
    assert result.exit_code == 1  # type: ignore[attr-defined]  # a Result
    assert "--allow-private" in result.stderr  # type: ignore[attr-defined]  # a Result


def test_actions_are_listed(aiops: Aiops, connection: Connection) -> None:
    assert "acme/erp" in aiops("action", "list").stdout
    assert {row["name"] for row in printed(aiops("action", "list", "--json"))} >= {"tryton.read_party"}


def test_a_read_prints_what_it_found(aiops: Aiops, connection: Connection) -> None:
    result = aiops("action", "run", "tryton.read_party", "--tenant", "acme", "--input", '{"code": "C-001"}')
    assert printed(result)["parties"][0]["name"] == "Northwind Traders"


def test_a_write_waits_is_looked_at_and_approved(
    aiops: Aiops, as_role: As, acme: Tenant, connection: Connection
) -> None:
    result = aiops(*RUN, "--key", "order-1")
    assert "Waiting for approval" in result.stdout
    assert "  party: C-001 Northwind Traders" in result.stdout
    (waiting,) = printed(aiops("writes", "list", "--state", "waiting", "--json"))
    assert "lines 1" not in aiops("writes", "show", waiting["id"]).stdout
    refused = aiops("writes", "approve", waiting["id"])
    assert (refused.exit_code, "somebody else" in refused.stderr) == (1, True)
    as_role(Role.SUPPORT)
    # Another key may be the same person's.
    assert "a person has to approve it" in aiops("writes", "approve", waiting["id"]).stderr
    asked = write(acme, key="order-of-the-shop")
    assert aiops("writes", "approve", str(asked.id), "--note", "ok").stdout == "Done.\n"
    assert "done" in aiops("writes", "list").stdout


def test_a_dry_run_sends_nothing(aiops: Aiops, connection: Connection, tryton: StandIn) -> None:
    assert aiops(*RUN, "--dry-run").stdout.startswith("Dry run: nothing was sent.")
    assert tryton.written() == []


def test_a_write_is_declined(aiops: Aiops, connection: Connection) -> None:
    entry = make_waiting(connection)
    assert aiops("writes", "decline", str(entry.id), "--note", "no").stdout == (
        "A person declined it: it is never sent. “no”\n"
    )


def test_a_write_is_undone(aiops: Aiops, acme: Tenant, tryton: StandIn) -> None:
    make_connection(acme, tryton.url, writes="allow")
    entry = write(acme)
    assert printed(aiops("writes", "undo", str(entry.id), "--json"))["action"] == "tryton.cancel_sale"
    assert LedgerEntry.objects.get(pk=entry.pk).state == "undone"


def test_a_write_that_failed_has_exit_code_1(
    aiops: Aiops, as_role: As, connection: Connection, tryton: StandIn
) -> None:
    entry = write(connection.tenant)
    tryton.faults.append("403")
    result = aiops("writes", "approve", str(entry.id))
    assert result.exit_code == 1
    assert "Not done." in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("action", "run", "tryton.read_party"),
        ("action", "run", "tryton.read_party", "--tenant", "acme", "--input", "[]"),
        ("action", "run", "tryton.read_party", "--tenant", "acme", "--input", "{"),
        ("writes", "list", "--state", "lost"),
        ("connection", "test", "erp"),
    ],
)
def test_wrong_usage_has_exit_code_2(aiops: Aiops, connection: Connection, arguments: tuple[str, ...]) -> None:
    assert aiops(*arguments).exit_code == 2


def test_who_may_not_is_told_so(aiops: Aiops, as_role: As, connection: Connection) -> None:
    as_role(Role.MANAGER)
    assert "This token may not do that." in aiops(*RUN, "--key", "order-1").stderr
    assert aiops("writes", "list").stdout == "No write fits.\n"


@pytest.mark.parametrize("command", ["show", "approve", "decline", "undo"])
def test_what_cannot_be_a_writes_id_is_a_wrong_argument(aiops: Aiops, command: str) -> None:
    result = aiops("writes", command, "nope")
    assert (result.exit_code, "'nope' is not a write's id" in result.stderr) == (2, True)
