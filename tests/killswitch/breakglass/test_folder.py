"""Files of broken glass: whole or not there, private, and readable without any server."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aiops.lib import uuid7
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.naming import Unnamed, key_of
from killswitch.breakglass.order import GlassOrder, Unreadable
from killswitch.guard import ActiveStop
from killswitch.scopes import EVERYTHING, feature_key, tenant_feature_key, tenant_key

ACME, ANSWERS = UUID(int=1), UUID(int=2)
NAMES = {"tenants": {"acme": str(ACME)}, "features": {"answers": str(ANSWERS)}}


def order_of(target: str = EVERYTHING, *, reason: str = "safety") -> GlassOrder:
    stop = ActiveStop(uuid7.new(), target, reason, "AI is paused.")
    return GlassOrder(stop, "It told lies.", "ann@here", datetime(2026, 11, 26, 3, tzinfo=UTC))


def test_an_order_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder, order = Folder.of(tmp_path), order_of()
    file = folder.add(order)
    assert folder.waiting() == [file]
    assert GlassOrder.read(file.read_bytes()) == order


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    file = Folder.of(tmp_path).add(order_of())
    assert [stat.S_IMODE(each.stat().st_mode) for each in (file, file.parent)] == [0o600, 0o700]


def test_what_is_settled_is_kept_and_waits_no_more(tmp_path: Path) -> None:
    folder = Folder.of(tmp_path)
    file = folder.add(order_of())
    folder.settle(file)
    assert folder.waiting() == []
    assert (folder.path / "done" / file.name).exists()


def test_only_orders_wait(tmp_path: Path) -> None:
    folder = Folder.of(tmp_path)
    folder.keep_names(NAMES)
    folder.tell("gateway-1", {"process": "gateway-1"})
    (folder.path / f".{ACME}.json.17.new").write_bytes(b"half of it")
    assert folder.waiting() == []


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"stop": {}}', b'{"stop": 1, "note": "", "by": "", "at": "now"}']
)
def test_what_is_no_order_says_so(data: bytes) -> None:
    with pytest.raises(Unreadable):
        GlassOrder.read(data)


def test_names_are_kept_and_a_broken_list_is_none(tmp_path: Path) -> None:
    folder = Folder.of(tmp_path)
    assert folder.names() == {"tenants": {}, "features": {}}
    folder.keep_names(NAMES)
    assert folder.names() == NAMES
    (folder.path / "directory.json").write_text('{"tenants": 3}')
    assert folder.names() == {"tenants": {}, "features": {}}


def test_everything_people_name_is_found_without_a_database() -> None:
    assert key_of(NAMES, everything=True) == EVERYTHING
    assert key_of(NAMES, tenant="acme") == key_of(NAMES, tenant=str(ACME)) == tenant_key(ACME)
    assert key_of(NAMES, feature="answers") == feature_key(ANSWERS)
    assert key_of(NAMES, tenant="acme", feature="answers") == tenant_feature_key(ACME, ANSWERS)
    assert key_of(NAMES, provider="openai") == "provider:openai"
    assert key_of(NAMES, model="mini") == "model:mini"


@pytest.mark.parametrize("named", [{}, {"everything": True, "model": "mini"}, {"model": "a", "provider": "b"}])
def test_one_thing_is_named(named: Any) -> None:
    with pytest.raises(Unnamed, match="Say what to stop"):
        key_of(NAMES, **named)


def test_who_is_not_known_here_is_refused_with_those_who_are() -> None:
    with pytest.raises(Unnamed, match=r"no tenant 'acne' here. Known are: acme"):
        key_of(NAMES, tenant="acne")
