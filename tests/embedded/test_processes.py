from collections.abc import Iterator
from pathlib import Path

import pytest

from aiops.embedded.credentials import load_credentials
from aiops.embedded.errors import CannotStart
from aiops.embedded.home import Home, make_home
from aiops.embedded.ports import listen
from aiops.embedded.process import Plan, Step
from aiops.embedded.processes import Sockets, make_plan
from aiops.embedded.settings import read

OUTSIDE = {
    "DATABASE_URL": "postgresql://owner:pass%40word@db.example:5433/house?sslmode=require",
    "REDIS_URL": "redis://r",
}


@pytest.fixture
def made(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    with listen(0, setting="") as console, listen(0, setting="") as gateway, listen(0, setting="") as simulator:
        yield Sockets(console, gateway, simulator)


def plan_of(home: Home, sockets: Sockets, environ: dict[str, str]) -> Plan:
    return make_plan(read(environ), home, load_credentials(home, environ), sockets, environ)


def step(plan: Plan, name: str) -> Step:
    return next(one for lane in (*plan.before, *plan.beside) for one in lane if one.name == name)


def test_the_table_of_processes(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, sockets, {"AIOPS_GATEWAYS": "3"})
    assert [server.name for server in plan.servers] == ["postgres", "valkey"]
    assert [process.name for process in plan.processes] == [
        "simulator",
        "recorder",
        "gateway-1",
        "gateway-2",
        "gateway-3",
        "console",
        "worker",
        "worker-evals",
        "beat",
    ]
    assert {process.role for process in plan.processes if process.name.startswith("gateway")} == {"gateway"}


def test_only_the_preparation_gets_the_owners_address(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, sockets, {})
    assert "aiops_owner" in step(plan, "prepare").env["DATABASE_URL"]
    owner_password = load_credentials(made, {})["AIOPS_OWNER_PASSWORD"]
    others = [process.env for process in plan.processes] + [step(plan, "bootstrap").env]
    assert [env["DATABASE_URL"].split(":")[1] for env in others] == ["//aiops_app"] * len(others)
    assert owner_password not in str(others)


def test_servers_elsewhere_are_used_and_none_is_started(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, sockets, OUTSIDE)
    password = load_credentials(made, {})["AIOPS_APP_PASSWORD"]
    assert plan.servers == ()
    assert step(plan, "prepare").env["DATABASE_URL"] == OUTSIDE["DATABASE_URL"]
    assert step(plan, "prepare").env["AIOPS_APP_PASSWORD"] == password
    assert (
        plan.processes[0].env["DATABASE_URL"]
        == f"postgresql://aiops_app:{password}@db.example:5433/house?sslmode=require"
    )
    assert plan.processes[0].env["REDIS_URL"] == "redis://r"


def test_the_applications_own_address_is_used_when_given(made: Home, sockets: Sockets) -> None:
    app = "postgresql://house_app:its%2Fown@db.example:5433/house"
    plan = plan_of(made, sockets, {**OUTSIDE, "DATABASE_APP_URL": app})
    assert plan.processes[0].env["DATABASE_URL"] == app
    assert step(plan, "prepare").env["AIOPS_APP_ROLE"] == "house_app"
    assert step(plan, "prepare").env["AIOPS_APP_PASSWORD"] == "its/own"


def test_the_application_may_not_run_as_the_owner(made: Home, sockets: Sockets) -> None:
    with pytest.raises(CannotStart, match="name the same role"):
        plan_of(made, sockets, {**OUTSIDE, "DATABASE_APP_URL": OUTSIDE["DATABASE_URL"]})


def test_a_secret_given_in_a_file_is_handed_down_as_a_value(made: Home, sockets: Sockets, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("one-of-our-own-making\n")
    env = plan_of(made, sockets, {"SECRET_KEY_FILE": str(tmp_path / "key")}).processes[0].env
    assert env["SECRET_KEY"] == "one-of-our-own-making"
    assert "SECRET_KEY_FILE" not in env


def test_an_empty_start_has_no_simulator_and_no_demo(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, Sockets(sockets.console, sockets.gateway, None), {"DEMO": "0"})
    assert "simulator" not in plan.names()
    assert "AIOPS_SIMULATOR_URL" not in plan.processes[0].env
    assert "--demo" not in step(plan, "bootstrap").command


def test_a_folder_with_the_demo_keeps_its_simulator_without_the_demo(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, sockets, {"DEMO": "0"})
    assert plan.simulator_url == step(plan, "bootstrap").env["AIOPS_SIMULATOR_URL"]
    assert "simulator" in plan.names()
    assert "--demo" not in step(plan, "bootstrap").command


def test_a_local_model_is_a_process_of_its_own(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, sockets, {"LOCAL_LLM": "1"})
    assert {"llm", "llm-install"} <= set(plan.names())
    assert plan.processes[0].env["AIOPS_LOCAL_LLM_URL"].endswith("/v1")


def test_an_erp_is_a_process_of_its_own_made_in_three_steps(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, sockets, {"ERP": "1"})
    lanes = [[one.name for one in lane] for lane in plan.before]
    assert ["erp-install", "erp-database", "erp-records"] in lanes
    assert plan.processes[-1].name == "erp"
    assert plan.erp_url is not None
    assert plan.erp_url.endswith(plan.processes[-1].env["TRYTOND_WEB__LISTEN"])
    assert "erp" not in plan_of(made, sockets, {}).names()


def test_the_erp_knows_nothing_of_the_console(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, sockets, {"ERP": "1", "OPENAI_API_KEY": "of the operator"})
    envs = [plan.processes[-1].env, step(plan, "erp-database").env, step(plan, "erp-records").env]
    known = load_credentials(made, {})
    secrets = [known[name] for name in ("SECRET_KEY", "AIOPS_APP_PASSWORD", "AIOPS_OWNER_PASSWORD", "AIOPS_KEYRING")]
    assert [env for env in envs if any(secret in str(env) for secret in [*secrets, "of the operator"])] == []


def test_what_the_erp_was_given_once_it_is_not_given_again(made: Home, sockets: Sockets) -> None:
    first = plan_of(made, sockets, {"ERP": "1"})
    made.postgres.mkdir()
    step(first, "erp-records").remember()
    again = step(plan_of(made, sockets, {"ERP": "1"}), "erp-records")
    assert (again.is_known(), again.repeats) == (True, False)


def test_a_database_that_is_known_is_not_prepared_again(made: Home, sockets: Sockets) -> None:
    first = plan_of(made, sockets, {})
    made.postgres.mkdir()
    step(first, "prepare").remember()
    assert "prepare" in plan_of(made, sockets, {}).names()
    step(first, "bootstrap").remember()
    second = plan_of(made, sockets, {})
    assert "prepare" not in second.names()
    assert [[one.name for one in lane] for lane in second.beside] == [["bootstrap"]]
    assert "prepare" in plan_of(made, sockets, {"DEMO": "0"}).names()


def test_a_database_elsewhere_is_always_prepared(made: Home, sockets: Sockets) -> None:
    plan = plan_of(made, sockets, OUTSIDE)
    step(plan, "prepare").remember()
    step(plan, "bootstrap").remember()
    assert "prepare" in plan_of(made, sockets, OUTSIDE).names()
