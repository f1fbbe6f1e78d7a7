import os
import re
import signal
import socket
import stat

import pytest

from aiops.embedded.home import Home
from aiops.embedded.identity import started_of
from aiops.embedded.run_file import FIELDS
from tests.embedded.aiops_command import run_aiops
from tests.embedded.conftest import Start
from tests.embedded.running import until

STOPPING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def test_run_json_tells_programs_what_runs(start: Start, home: Home) -> None:
    facts = start().ready()
    assert facts["url"].startswith("http://127.0.0.1:")
    assert facts["gateway_url"].endswith("/v1")
    assert facts["service_token"] == "aiops_service"
    assert set(facts) == set(FIELDS)
    assert {role: len(pids) for role, pids in facts["pids"].items()} == {
        "supervisor": 1,
        "console": 1,
        "gateway": 2,
        "recorder": 1,
    }
    assert stat.S_IMODE(home.run_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


@pytest.mark.parametrize("number", STOPPING, ids=lambda number: number.name)
def test_ctrl_c_and_its_kin_leave_no_process(start: Start, home: Home, number: signal.Signals) -> None:
    run = start()
    run.ready()
    assert len(run.living()) == 7  # console, and three with a child each
    assert run.ended(number) == 0
    assert run.living() == []
    assert not home.run_file.exists()


def test_ctrl_c_while_starting_leaves_no_process(start: Start, home: Home) -> None:
    run = start(STAND_IN="slow")
    until(run.living)
    assert run.ended(signal.SIGINT) == 0
    assert run.living() == []


def test_a_second_ctrl_c_does_not_wait_for_the_stubborn(start: Start) -> None:
    run = start(STAND_IN="stubborn")
    run.ready()
    run.process.send_signal(signal.SIGINT)
    until(lambda: "once more to stop at once" in run.output())
    assert run.ended(signal.SIGINT) == 0
    assert run.living() == []


def test_a_killed_process_is_started_again_and_run_json_follows(start: Start) -> None:
    run = start()
    first = run.ready()["pids"]["gateway"]
    os.kill(first[0], signal.SIGKILL)
    again = until(lambda: (pids := run.ready()["pids"]["gateway"]) != first and len(pids) == 2 and pids)
    assert again[1] == first[1]
    until(lambda: len(run.living()) == 7)
    assert "gateway-1 was ended by SIGKILL; starting it again" in run.output()


def test_every_log_line_bears_the_name_of_its_process(start: Start, home: Home) -> None:
    run = start()
    run.ready()
    until(lambda: "console    | asked for /readyz" in run.output())
    assert re.search(r"bootstrap  \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC working", run.output())
    assert "asked for /readyz" in home.log("console").read_text()


def test_the_report_of_a_step_is_not_logged(start: Start, home: Home) -> None:
    run = start()
    run.ready()
    run.ended(signal.SIGINT)
    assert "aiops_service" not in run.output() + home.log("bootstrap").read_text()


def test_what_a_killed_supervisor_left_is_ended_by_the_next_start(start: Start) -> None:
    killed = start()
    killed.ready()
    killed.ended(signal.SIGKILL)
    left = killed.living()
    assert len(left) == 7
    fresh = start().ready()
    assert fresh["pids"]["supervisor"] != [killed.process.pid]
    assert [pid for pid in left if started_of(pid)] == []


def test_down_ends_what_a_killed_supervisor_left(start: Start, home: Home) -> None:
    killed = start()
    killed.ready()
    killed.ended(signal.SIGKILL)
    run_aiops(home, "down").check_returncode()
    assert killed.living() == []
    assert not home.run_file.exists()


def test_down_where_nothing_was_started_makes_no_folder(home: Home) -> None:
    answer = run_aiops(home, "down")
    assert answer.returncode == 0
    assert "nothing was ever started" in answer.stdout
    assert not home.path.exists()


def test_down_stops_a_supervisor_that_runs(start: Start, home: Home) -> None:
    run = start()
    run.ready()
    run_aiops(home, "down").check_returncode()
    assert run.ended() == 0
    assert run.living() == []


def test_a_second_start_says_where_the_first_one_is(start: Start) -> None:
    first = start()
    url = first.ready()["url"]
    second = start()
    assert second.ended() == 1
    assert f"at {url}" in second.output()
    assert len(first.living()) == 7


def test_a_port_in_use_is_named_and_nothing_is_started(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = start(AIOPS_GATEWAY_PORT=str(port))
        assert run.ended() == 1
    assert f"Port {port} cannot be used (Address already in use)" in run.output()
    assert "AIOPS_GATEWAY_PORT=0" in run.output()
    assert run.living() == []


def test_a_step_that_fails_tells_its_last_words(start: Start) -> None:
    run = start(STAND_IN="step")
    assert run.ended() == 1
    assert "a step failed (exit code 1)" in run.output()
    assert "the reason why" in run.output()
    assert run.living() == []


def test_a_setting_that_a_step_refuses_is_told_in_one_line(start: Start) -> None:
    run = start(STAND_IN="setting")
    assert run.ended() == 1
    assert "a step failed (exit code 1). AIOPS_HTTPS is 'maybe'; allowed: 1 or 0.\n" in run.output()


def test_a_process_that_does_not_stay_up_stops_the_start(start: Start) -> None:
    run = start(STAND_IN="process")
    assert run.ended() == 1
    assert "recorder does not stay up" in run.output()
    assert "the reason why" in run.output()
    assert run.living() == []


def test_a_pid_that_was_given_to_another_program_is_left_alone(start: Start, home: Home) -> None:
    killed = start()
    killed.ready()
    killed.ended(signal.SIGKILL)
    (home.pids / "worker.json").write_text(f'{{"pid": {os.getpid()}, "started": 1}}')
    run_aiops(home, "down").check_returncode()
    assert killed.living() == []
