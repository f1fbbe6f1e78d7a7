import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import Result

from aiops.cli.printing import Stdout, print_json_rows, wants_json
from tenants.models import Tenant
from tests.cli.conftest import Aiops, run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder of a console that may or may not run; nothing is said by the environment."""
    monkeypatch.setenv("AIOPS_HOME", str(tmp_path))
    monkeypatch.delenv("AIOPS_URL", raising=False)
    monkeypatch.delenv("AIOPS_TOKEN", raising=False)
    return tmp_path


def refused(result: Result) -> str:
    assert result.exit_code == 1
    return result.stderr


def running(home: Path, **facts: str) -> None:
    (home / "run.json").write_text(json.dumps(facts))


def test_without_a_console_it_says_how_to_start_one(home: Path) -> None:
    told = refused(run("stops"))
    assert "No console is running here" in told
    assert "make up" in told


def test_a_console_that_died_is_told_from_one_that_never_ran(home: Path) -> None:
    running(home, url="http://127.0.0.1:1", service_token="t")
    assert "No console answers at http://127.0.0.1:1" in refused(run("stops"))


@pytest.mark.parametrize("command", [("stops",), ("stop", "--everything", "--yes", "--reason", "safety"), ("drill",)])
def test_commands_about_stops_say_how_ai_is_stopped_without_a_console(home: Path, command: tuple[str, ...]) -> None:
    assert "`aiops kill --break-glass`" in refused(run(*command))
    running(home, url="http://127.0.0.1:1", service_token="t")
    assert "`aiops kill --break-glass`" in refused(run(*command))
    assert "break-glass" not in refused(run("calls"))


def test_the_token_of_this_console_is_not_sent_to_another(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running(home, url="http://127.0.0.1:1", service_token="t")
    monkeypatch.setenv("AIOPS_URL", "http://127.0.0.1:2")
    assert "There is no token for http://127.0.0.1:2" in refused(run("stops"))


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_spoilt_run_file_is_told(home: Path, content: str) -> None:
    (home / "run.json").write_text(content)
    assert "run.json" in refused(run("stops"))


def test_an_address_that_is_none_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_URL", "localhost:8700")
    assert "allowed: http://… or https://…" in refused(run("stops"))


def test_the_run_file_is_enough(aiops: Aiops, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    running(tmp_path, url="http://127.0.0.1:8700", service_token=os.environ["AIOPS_TOKEN"])
    monkeypatch.delenv("AIOPS_URL")
    monkeypatch.delenv("AIOPS_TOKEN")
    assert aiops("stops", "--json").stdout == "[]\n"


def test_a_wrong_token_is_told(aiops: Aiops, operator: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_TOKEN", "aiops_console_x_y_00000000")
    assert "did not accept the token" in refused(aiops("stops"))


def test_with_json_a_program_reads_why_no_console_answers(home: Path) -> None:
    answer = run("stops", "--json")
    told = json.loads(answer.stdout)["error"]
    assert (answer.exit_code, told["code"]) == (1, "no_console")
    assert told["detail"] in answer.stderr


def test_with_json_a_program_reads_the_consoles_own_refusal(aiops: Aiops, operator: Tenant) -> None:
    answer = aiops("stop", "--tenant", "nowhere", "--reason", "looking", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"]["code"] == "not_found"


def test_without_json_a_refusal_is_on_stderr_alone(aiops: Aiops, operator: Tenant) -> None:
    aiops("stop", "--tenant", "nowhere", "--reason", "looking", "--json")
    assert aiops("stop", "--tenant", "nowhere", "--reason", "looking").stdout == ""


def test_what_breaks_off_in_the_middle_of_its_json_adds_nothing_to_it(home: Path) -> None:
    Stdout.begin(True)
    assert print_json_rows([{"a": 1}]) == 1
    assert not wants_json()


def test_every_command_has_help() -> None:
    commands = ["stop", "lift", "stops", "calls", "spend", "apply", "key create", "user create", "audit verify"]
    assert [name for name in commands if run(*name.split(), "--help").exit_code] == []


def test_a_command_starts_without_loading_django_or_a_client() -> None:
    heavy = ("django", "httpx", "yaml", "psycopg")
    code = f"import sys, aiops.cli.stops, aiops.cli.apply; print([each for each in {heavy} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"
