"""What `aiops kill --break-glass` writes down, told nothing but the folder."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from aiops.lib.pseudonym import pseudonym
from killswitch.breakglass.folder import Folder, read_order
from killswitch.scopes import MESSAGES, Mode, connection_key, prompt_version_key, user_key
from tests.gateway.test_break_glass import kill
from tests.killswitch.breakglass.test_folder import NAMES, NOTHING

ACME, ERP, VERSION = UUID(int=1), UUID(int=3), UUID(int=4)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "pids").mkdir()
    more = {"connections": {"acme/erp": str(ERP)}, "prompt_versions": {"helpdesk@v17": str(VERSION)}}
    Folder.of(tmp_path).keep_names({**NOTHING, **NAMES, **more})
    return tmp_path


@pytest.mark.parametrize(
    ("named", "key"),
    [
        (("--prompt", "helpdesk@v17"), prompt_version_key(VERSION)),
        (("--tenant", "acme", "--connection", "erp"), connection_key(ERP)),
        (
            ("--tenant", "acme", "--user", "jane"),
            user_key(ACME, UUID(pseudonym(os.environ["AIOPS_USER_KEY"], str(ACME), "jane"))),
        ),
        (("--feature", "answers", "--all-tenants"), "feature:00000000-0000-0000-0000-000000000002"),
    ],
)
def test_what_is_named_as_for_a_stop_is_what_gateways_probe(home: Path, named: tuple[str, ...], key: str) -> None:
    kill(home, *named)
    (file,) = Folder.of(home).waiting()
    assert read_order(file).stop.target == key


def test_what_callers_get_and_what_becomes_of_calls_under_way_is_chosen(home: Path) -> None:
    kill(home, "--everything", "--mode", "handoff", "--drain", "30s")
    (file,) = Folder.of(home).waiting()
    stop = read_order(file).stop
    assert (stop.mode, stop.message) == ("handoff", MESSAGES[Mode.HANDOFF])
    assert (stop.in_flight, stop.drain_seconds) == ("drain", 30)


def test_left_unsaid_calls_are_refused_and_cut(home: Path) -> None:
    kill(home, "--everything")
    (file,) = Folder.of(home).waiting()
    stop = read_order(file).stop
    assert (stop.mode, stop.in_flight, stop.drain_seconds) == ("refuse", "cut", 0)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (("--prompt", "helpdesk@v17", "--mode", "read_only"), "cannot be read_only"),
        (("--everything", "--drain", "0s"), "is not a span"),
        (("--everything", "--drain", "11m"), "at most 600 seconds"),
        (("--everything", "--drain", "5s", "--new-calls-only"), "exclude each other"),
        (("--tenant", "_operator"), "_operator is no customer, and cannot be turned off"),
        (("--tenant", "acme", "--all-tenants"), "--all-tenants goes with --feature"),
        (("--user", "jane"), "Say what to stop"),
    ],
)
def test_what_no_stop_could_be_is_refused_before_anything_is_written(
    home: Path, told: tuple[str, ...], said: str
) -> None:
    done = kill(home, *told)
    assert (done.returncode in (1, 2), said in " ".join(done.stderr.split())) == (True, True)
    assert Folder.of(home).waiting() == []


def test_without_the_key_of_people_nobody_is_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIOPS_USER_KEY")
    done = kill(home, "--tenant", "acme", "--user", "jane")
    assert (done.returncode, "set AIOPS_USER_KEY" in done.stderr) == (1, True)
    assert Folder.of(home).waiting() == []
