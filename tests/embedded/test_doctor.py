import json
import signal
import socket
from pathlib import Path

import pytest

from aiops.embedded.doctor import Finding, State, examine
from aiops.embedded.home import Home, make_home
from tests.embedded.aiops_command import run_aiops
from tests.embedded.conftest import Start

FREE = {"AIOPS_PORT": "0", "AIOPS_GATEWAY_PORT": "0"}


def examined(home: Home, **settings: str) -> dict[str, Finding]:
    return {one.name: one for one in examine({"AIOPS_HOME": str(home.path), **FREE, **settings})}


@pytest.fixture
def made(home: Home) -> Home:
    return make_home(home.path)


def test_before_the_first_start_nothing_fails(home: Home) -> None:
    findings = examined(home)
    assert findings["data folder"].state is State.WARN
    assert State.FAIL not in {one.state for one in findings.values()}
    assert not home.path.exists()


def test_a_wrong_setting_is_the_only_finding(home: Home) -> None:
    assert list(examined(home, AIOPS_GATEWAYS="none")) == ["settings"]


def test_a_port_that_another_program_has_is_a_fault(made: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        found = [
            one for one in examine({"AIOPS_HOME": str(made.path), **FREE, "AIOPS_PORT": port}) if "PORT" in one.means
        ]
    assert [one.state for one in found] == [State.FAIL, State.OK]
    assert f"port {port} is in use" in found[0].means


def test_a_folder_that_others_may_enter_is_a_fault(made: Home) -> None:
    made.path.chmod(0o755)
    assert examined(made)["data folder"].do == f"chmod 700 {made.path}"


@pytest.mark.parametrize(
    ("megabytes", "state"), [(0, State.OK), (4, State.OK), (5, State.WARN), (9, State.FAIL)], ids=str
)
def test_the_journal_of_the_fullest_gateway_counts(made: Home, megabytes: int, state: State) -> None:
    _segment(made.journal / "gateway-1.000001.jsonl", megabytes // 2)
    _segment(made.journal / "gateway-1.000002.jsonl", megabytes - megabytes // 2)
    _segment(made.journal / "gateway-2.000001.jsonl", megabytes // 2)
    assert examined(made, AIOPS_JOURNAL_MAX_MB="10")["journal"].state is state


def test_what_a_killed_supervisor_left_is_a_fault(start: Start, home: Home) -> None:
    killed = start()
    killed.ready()
    killed.ended(signal.SIGKILL)
    finding = examined(home)["processes"]
    assert finding.state is State.FAIL
    assert "console, gateway-1, gateway-2, recorder" in finding.means


def test_status_tells_programs_what_runs_and_where(start: Start, home: Home) -> None:
    facts = start().ready()
    answer = run_aiops(home, "status", "--json")
    told = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert (told["ready"], told["url"]) == (True, facts["url"])
    assert [one["name"] for one in told["processes"] if one["alive"]] == [
        "supervisor",
        "console",
        "gateway-1",
        "gateway-2",
        "recorder",
    ]


def test_status_of_nothing_is_an_error_and_makes_no_folder(home: Home) -> None:
    answer = run_aiops(home, "status")
    assert answer.returncode == 1
    assert "`make up` starts it" in answer.stdout
    assert not home.path.exists()


def test_the_doctors_exit_code_tells_that_something_fails(made: Home) -> None:
    assert run_aiops(made, "doctor", **FREE).returncode == 0
    made.path.chmod(0o755)
    answer = run_aiops(made, "doctor", "--json", **FREE)
    assert answer.returncode == 1
    assert {"name", "state", "means", "do"} == set(json.loads(answer.stdout)[0])


@pytest.mark.parametrize("command", ["up", "down", "status", "doctor"])
def test_every_command_explains_itself(home: Home, command: str) -> None:
    answer = run_aiops(home, command, "--help")
    assert answer.returncode == 0
    assert f"{command} [OPTIONS]" in answer.stdout
    assert not home.path.exists()


def test_a_wrong_setting_ends_the_command_with_one_line(home: Home) -> None:
    answer = run_aiops(home, "up", AIOPS_PORT="abc")
    assert answer.returncode == 1
    assert answer.stderr == "AIOPS_PORT is 'abc'; allowed: a whole number from 0 to 65535.\n"


def _segment(path: Path, megabytes: int) -> None:
    with path.open("wb") as file:
        file.truncate(megabytes << 20)
