"""An application that reads its prompts, with the console there and gone."""

import json
import logging
import os
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tenants import services
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.prompts.client.copied import prompt_client
from tests.prompts.factories import make_bundle
from tests.prompts.reading.conftest import Released, console, released
from tests.prompts.reading.consoles import Console, running_console

__all__ = ["console", "released"]

type Open = Callable[..., Any]
NOBODY = "http://127.0.0.1:9"
FILE = "production.welcome.json"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Open]:
    opened = []

    def open_it(url: str, key: str = "aiops_key", **options: Any) -> Any:
        opened.append(prompt_client.Prompts(url, key, tmp_path / "prompts", **options))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """What a run before has left on disk."""
    file = tmp_path / "prompts" / FILE
    file.parent.mkdir()
    file.write_text(json.dumps(answer("one")))
    return file


class Told(ThreadingHTTPServer):
    """A console that says what it is told to say."""

    answer: tuple[int, bytes] = (200, b"")
    asked = 0


class Saying(BaseHTTPRequestHandler):
    server: Told

    def do_GET(self) -> None:
        self.server.asked += 1
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", NOBODY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def told() -> Iterator[Told]:
    with Told(("127.0.0.1", 0), Saying) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def address(server: Told) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def answer(text: str, **changed: Any) -> dict[str, Any]:
    bundle = make_bundle(text)
    whole = {"name": "welcome", "environment": "production", "label": "v1", "version": bundle.hash}
    return {**whole, "bundle": bundle.as_data(), **changed}


def said(client: Any) -> str:
    """The text of its first message."""
    return str(client.render("welcome", question="Hm?")[0]["content"])


def until(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def test_a_release_arrives_and_the_console_may_be_killed(released: Released, client: Open, tmp_path: Path) -> None:
    with running_console() as console:
        prompts = client(console.url, released.token)
        assert (said(prompts), prompts.settings("welcome")) == ("one", {"model": "default"})
        released.release(released.two)
        assert until(lambda: said(prompts) == "two")
        assert prompts.age_seconds("welcome") < 30
        console.kill()
        time.sleep(0.5)
        assert said(prompts) == "two"
    assert said(client(NOBODY)) == "two"
    assert stat.S_IMODE((tmp_path / "prompts" / FILE).stat().st_mode) == 0o600


def test_a_revoked_key_takes_nothing_away(
    console: Console, released: Released, client: Open, caplog: pytest.LogCaptureFixture
) -> None:
    prompts = client(console.url, released.token)
    assert said(prompts) == "one"
    time.sleep(1.5)
    with scope(ALL):
        services.revoke_key(released.key, by=SYSTEM, at=datetime.now(UTC))
    released.release(released.two)
    assert until(lambda: "answered 401" in caplog.text)
    assert said(prompts) == "one"


def test_with_the_console_down_it_starts_from_disk(kept: Path, client: Open) -> None:
    os.utime(kept, (time.time() - 600,) * 2)
    prompts = client(NOBODY)
    assert said(prompts) == "one"
    assert prompts.age_seconds("welcome") >= 600


def test_what_was_never_known_is_unavailable_and_says_why(client: Open) -> None:
    with pytest.raises(prompt_client.Unavailable, match=r"welcome is not known here: .*refused"):
        client(NOBODY).get("welcome")


BAD_FILES = {
    "torn": json.dumps(answer("one"))[:100],
    "empty": "",
    "of another content": json.dumps(answer("one", version=make_bundle("two").hash)),
    "of another prompt": json.dumps(answer("one", name="farewell")),
    "no object": "[]",
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_a_spoilt_file_is_passed_over_and_told(
    kept: Path, client: Open, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    kept.write_text(content)
    with pytest.raises(prompt_client.Unavailable):
        client(NOBODY).get("welcome")
    assert f"{kept} is passed over" in caplog.text


def test_a_spoilt_file_is_replaced_by_what_the_console_serves(kept: Path, client: Open, told: Told) -> None:
    kept.write_text("{")
    told.answer = (200, json.dumps(answer("two")).encode())
    assert said(client(address(told))) == "two"
    assert until(lambda: json.loads(kept.read_text()) == answer("two"))


NONSENSE = {
    "a page": (200, b"<html>Login</html>"),
    "nothing": (200, b""),
    "another prompt": (200, json.dumps(answer("two", name="farewell")).encode()),
    "another content": (200, json.dumps(answer("two", version="0" * 64)).encode()),
    "no object": (200, b"[1]"),
    "deep": (200, b"[" * 100_000),
    "broken": (500, b"{}"),
    "withdrawn": (404, b"{}"),
    "forbidden": (403, b"{}"),
    "led elsewhere": (302, b""),
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_whatever_the_console_says_what_is_known_goes_on(
    kept: Path, client: Open, told: Told, caplog: pytest.LogCaptureFixture, nonsense: tuple[int, bytes]
) -> None:
    told.answer = nonsense
    prompts = client(address(told))
    assert said(prompts) == "one"
    assert until(lambda: "the last one goes on" in caplog.text)
    assert json.loads(kept.read_text()) == answer("one")


def test_a_console_that_hangs_delays_the_first_use_alone(kept: Path, client: Open) -> None:
    with Told(("127.0.0.1", 0), Saying) as silent:
        prompts = client(address(silent), patience=0.2)
        assert said(prompts) == "one"
        began = time.monotonic()
        assert said(prompts) == "one"
        assert time.monotonic() - began < 0.2


def test_a_console_that_does_not_wait_is_not_asked_on_end(kept: Path, client: Open, told: Told) -> None:
    told.answer = (304, b"")
    prompts = client(address(told))
    said(prompts)
    time.sleep(1.5)
    assert told.asked <= 3


def test_a_folder_that_cannot_be_written_is_told_and_the_prompt_served(
    client: Open, told: Told, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told.answer = (200, json.dumps(answer("two")).encode())
    prompts = client(address(told))
    (tmp_path / "prompts").rmdir()
    assert said(prompts) == "two"
    assert until(lambda: "a restart would not find it" in caplog.text)


def test_a_kept_file_that_is_gone_is_kept_again_when_it_is_confirmed(kept: Path, client: Open, told: Told) -> None:
    told.answer = (304, b"")
    said(client(address(told)))
    kept.unlink()
    assert until(kept.exists)
    assert json.loads(kept.read_text()) == answer("one")


def test_what_could_not_be_kept_is_kept_when_it_is_confirmed_and_told_once(
    kept: Path, client: Open, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    away = kept.parent.rename(kept.parent.with_name("away"))
    told.answer = (200, json.dumps(answer("two")).encode())
    prompts = client(address(told))
    kept.parent.rmdir()
    assert said(prompts) == "two"
    told.answer = (304, b"")
    asked = told.asked
    assert until(lambda: told.asked > asked + 1)
    away.rename(kept.parent)
    assert until(lambda: json.loads(kept.read_text()) == answer("two"))
    assert caplog.text.count("a restart would not find it") == 1


def test_a_console_that_is_down_is_told_as_such(kept: Path, client: Open, caplog: pytest.LogCaptureFixture) -> None:
    assert said(client(NOBODY)) == "one"
    assert until(lambda: "the last one goes on" in caplog.text)
    assert "the console cannot be reached" in caplog.text
    assert "cannot be used" not in caplog.text


def test_a_child_process_goes_on_by_itself(kept: Path, client: Open, told: Told) -> None:
    told.answer = (200, json.dumps(answer("one")).encode())
    prompts = client(address(told))
    said(prompts)
    prompts._forked()
    told.answer = (200, json.dumps(answer("two")).encode())
    assert until(lambda: said(prompts) == "two")


@pytest.fixture(autouse=True)
def told_of_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="aiops.prompts")
