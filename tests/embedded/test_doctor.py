import json
import os
import signal
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest

from aiops.embedded import readiness
from aiops.embedded.doctor import Finding, State, examine, gateways, services
from aiops.embedded.home import Home, make_home
from aiops.embedded.readiness import Health
from aiops.embedded.status import PATIENCE, ProcessStatus, status
from tenants.models import Process
from tests.api.test_stops import make_gateway
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


HERE = ProcessStatus("gateway-1", 41, alive=True, seconds=9)
GONE = ProcessStatus("gateway-1", 41, alive=False, seconds=None)


@pytest.mark.parametrize(("process", "do"), [(HERE, "`kill -9 41`"), (GONE, "start it on a-host")])
def test_a_gateway_that_is_silent_is_named_with_what_to_do(process: ProcessStatus, do: str) -> None:
    finding = gateways.finding([gateways.Silent("gateway-1", "a-host", 41, 12)], [process])
    assert finding.state is State.FAIL
    assert "gateway-1 (pid 41) was last heard of 12 s ago" in finding.means
    assert do in finding.do


def test_silent_gateways_are_read_from_the_database(committed: None) -> None:
    make_gateway("gateway-1", stops_revision=0)
    lost = make_gateway("gateway-2", stops_revision=0)
    Process.objects.filter(pk=lost.pk).update(seen_at=datetime.now(UTC) - timedelta(seconds=9))
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert [one.name for one in gateways.silent(connection)] == ["gateway-2"]


def test_a_silent_gateway_is_not_the_consoles_fault() -> None:
    checks = {"gateways": {"ok": False, "detail": "2 of 3 answering"}, "redis": {"ok": True, "detail": "answers"}}
    assert services._health("console", Health(200, {"status": "degraded", "checks": checks}), "").state is State.OK
    checks["redis"] = {"ok": False, "detail": "Redis does not answer."}
    finding = services._health("console", Health(200, {"status": "degraded", "checks": checks}), "")
    assert (finding.state, finding.means) == (State.FAIL, "redis: Redis does not answer.")


def test_a_worker_that_stands_still_is_named_with_what_to_do(home: Home) -> None:
    check = {"ok": False, "detail": "The worker has not swept for 40 s."}
    now = replace(
        status(home),
        console=Health(200, {"checks": {"worker": check}}),
        processes=[ProcessStatus("worker", 41, alive=True, seconds=9)],
    )
    (finding,) = services.worker_finding(now)
    assert (finding.name, finding.state, finding.means) == ("worker", State.FAIL, check["detail"])
    assert "`kill -9 41`" in finding.do


def test_a_worker_that_waits_for_postgresql_is_not_to_be_killed(home: Home) -> None:
    down = {"ok": False, "detail": "unknown while PostgreSQL does not answer"}
    now = replace(status(home), console=Health(200, {"checks": {"worker": down, "database": down}}))
    assert list(services.worker_finding(now)) == []


def test_a_console_that_takes_its_time_is_heard_out() -> None:
    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(2.5)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": "degraded"}')

    with HTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        seen = readiness.health(f"http://127.0.0.1:{server.server_port}", "/healthz", seconds=PATIENCE)
    assert (seen.code, seen.payload) == (200, {"status": "degraded"})


def test_of_gateways_the_one_that_answered_is_named() -> None:
    faults = {"status": "degraded", "process": "gateway-2", "faults": ["the snapshots are old"]}
    assert services._health("gateway", Health(200, faults), "").means == "gateway-2: the snapshots are old"


def test_status_tells_programs_what_runs_and_where(start: Start, home: Home) -> None:
    facts = start().ready()
    answer = run_aiops(home, "status", "--json")
    told = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert (told["ready"], told["url"]) == (True, facts["url"])
    assert told["simulator_url"] is None
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
