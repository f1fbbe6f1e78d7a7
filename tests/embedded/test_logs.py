from pathlib import Path

import pytest

from aiops.embedded.home import Home, make_home
from aiops.embedded.logs import LogView, rotate


@pytest.fixture
def made(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def test_a_log_that_grew_too_long_is_kept_once_and_emptied_in_place(made: Home) -> None:
    log = made.log("console")
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old\n" * 100)
        rotate(log, limit=100)
        writer.write(b"new\n")
    assert log.read_text() == "new\n"
    assert log.with_suffix(".log.1").read_text() == "old\n" * 100


def test_a_short_log_is_left_alone(made: Home) -> None:
    made.log("console").write_text("short\n")
    rotate(made.log("console"), limit=100)
    assert made.log("console").read_text() == "short\n"


def test_the_view_shows_what_is_new_and_goes_on_after_a_rotation(
    made: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    made.log("console").write_text("of yesterday, and much longer than what comes\n")
    view = LogView(made, ["console", "gateway-1"])
    made.log("console").write_text("first\n")
    made.log("gateway-1").write_bytes(b"half a li")
    view.show()
    assert capsys.readouterr().out == "console   | first\n"
    made.log("gateway-1").write_bytes(b"half a line\n\nnext\n")
    view.show()
    assert capsys.readouterr().out == "gateway-1 | half a line\ngateway-1 | next\n"


def test_the_end_waits_for_the_last_words(made: Home, capsys: pytest.CaptureFixture[str]) -> None:
    view = LogView(made, ["console"])
    view.start()
    made.log("console").write_text("last words\n")
    view.close()
    assert capsys.readouterr().out == "console | last words\n"


def test_what_others_wrote_cannot_move_the_cursor(made: Home, capsys: pytest.CaptureFixture[str]) -> None:
    view = LogView(made, ["console"])
    made.log("console").write_bytes(b"a\x1b[2Jb\rc\n")
    view.show()
    assert capsys.readouterr().out == "console | a[2Jbc\n"
