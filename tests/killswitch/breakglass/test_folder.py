"""Files of broken glass: whole or not there, private, and readable without any server."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from aiops.lib import uuid7
from killswitch.breakglass.folder import KINDS, Folder
from killswitch.breakglass.order import GlassOrder, Unreadable
from killswitch.guard import ActiveStop
from killswitch.scopes import EVERYTHING

ACME, ANSWERS = UUID(int=1), UUID(int=2)
NOTHING: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
NAMES = {**NOTHING, "tenants": {"acme": str(ACME)}, "features": {"answers": str(ANSWERS)}}


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


@pytest.mark.parametrize("name", ["stop-acme.json", "stop-acme", ".hidden.json", "a folder.json"])
def test_whatever_somebody_put_there_waits(tmp_path: Path, name: str) -> None:
    folder = Folder.of(tmp_path)
    folder.path.mkdir()
    (folder.path / name).write_bytes(b"{")
    assert folder.waiting() == [folder.path / name]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"stop": {}}', b'{"stop": 1, "note": "", "by": "", "at": "now"}']
)
def test_what_is_no_order_says_so(data: bytes) -> None:
    with pytest.raises(Unreadable):
        GlassOrder.read(data)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", "0001-01-01T00:00:00+14:00"), ("at", 5), ("note", 5), ("note", "a\0b"), ("note", "x" * 2001),
        ("by", None), ("by", "x" * 201),
    ],
)  # fmt: skip
def test_a_field_that_is_none_says_so(name: str, value: Any) -> None:
    with pytest.raises(Unreadable):
        GlassOrder.read(orjson.dumps({**orjson.loads(order_of().as_json()), name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [("message", 5), ("message", "x" * 301), ("reason", "a\0b"), ("drain_seconds", 601), ("id", "f" * 32)],
)
def test_a_field_of_its_stop_that_is_none_says_so(name: str, value: Any) -> None:
    order = orjson.loads(order_of().as_json())
    with pytest.raises(Unreadable):
        GlassOrder.read(orjson.dumps({**order, "stop": {**order["stop"], name: value}}))


def test_what_is_missing_is_named() -> None:
    with pytest.raises(Unreadable, match=r"^'at' is missing$"):
        GlassOrder.read(b"{}")


def test_a_file_lets_no_share_pass() -> None:
    order = orjson.loads(order_of().as_json())
    assert GlassOrder.read(orjson.dumps({**order, "stop": {**order["stop"], "admits": 25}})).stop.admits == 0


def test_threads_that_write_the_same_file_do_not_meet(tmp_path: Path) -> None:
    folder, said = Folder.of(tmp_path), {"process": "gateway-1", "pid": 1, "applied": [], "held": []}
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: folder.tell("gateway-1", said), range(200)))
    assert list(folder.told()) == [said]
    assert [file.name for file in (folder.path / "gateways").iterdir()] == ["gateway-1.json"]


@pytest.mark.parametrize("wrong", [{"held": 5}, {"applied": None}, {"pid": "x"}, {"process": 1}])
def test_what_no_gateway_says_is_not_heard(tmp_path: Path, wrong: dict[str, Any]) -> None:
    folder = Folder.of(tmp_path)
    folder.tell("gateway-1", {"process": "gateway-1", "pid": 1, "applied": [], "held": [], **wrong})
    assert list(folder.told()) == []


def test_names_are_kept_and_a_broken_list_is_none(tmp_path: Path) -> None:
    folder = Folder.of(tmp_path)
    assert folder.names() == NOTHING
    folder.keep_names(NAMES)
    assert folder.names() == NAMES
    (folder.path / "directory.json").write_text('{"tenants": 3}')
    assert folder.names() == NOTHING


def test_names_of_an_older_release_are_read(tmp_path: Path) -> None:
    folder = Folder.of(tmp_path)
    folder.keep_names({"tenants": {"acme": str(ACME)}})
    assert folder.names() == {**NOTHING, "tenants": {"acme": str(ACME)}}
