"""What the console consists of: the steps before it starts, and its processes. One table, read at start-up."""

import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from aiops.embedded import environment, llm, stores
from aiops.embedded.environment import SIMULATOR, Environment
from aiops.embedded.erp.facts import facts_file
from aiops.embedded.erp.local import LocalErp, local_erp
from aiops.embedded.fingerprint import Fingerprint
from aiops.embedded.home import ROOT, Home
from aiops.embedded.ports import HOST, port_of
from aiops.embedded.process import Plan, Process, Stage, Step
from aiops.embedded.readiness import has_reported, says_ready, says_ready_as
from aiops.embedded.settings import Settings

_PYTHON = sys.executable
# What the database is prepared and filled by.
APPS = (
    "aiops", "tenants", "killswitch", "prompts", "costs", "integrations", "gateway", "evals", "readiness",
)  # fmt: skip
# What a gateway gives its calls to end unless it is told otherwise, and what it takes after that.
_USUAL_DRAIN, _LAST_WORDS = 20, 8.0


@dataclass(frozen=True, slots=True)
class Sockets:
    console: socket.socket
    gateway: socket.socket
    simulator: socket.socket | None


def make_plan(
    settings: Settings, home: Home, credentials: Mapping[str, str], sockets: Sockets, environ: Mapping[str, str]
) -> Plan:
    database = stores.database(settings, home, credentials)
    broker = stores.broker(settings, home, credentials)
    model = llm.local_model(home) if settings.local_llm else None
    erp = local_erp(home, database.server, credentials) if settings.erp and database.server else None
    addresses = _addresses(sockets) | ({"AIOPS_LOCAL_LLM_URL": model.address} if model else {})
    given = {"DATABASE_URL": database.app_address, "REDIS_URL": broker.address, **addresses}
    env = environment.for_everybody(environ, home, credentials, given)
    own = home if database.process else None
    prepare = _prepare(
        environment.for_the_owner(env, database.owner_address),
        _code(own, "prepared", env["DATABASE_URL"].rpartition("@")[0]),
    )
    bootstrap = _bootstrap(env, _code(own, "filled", f"demo {settings.demo}"), demo=settings.demo)
    # What this code prepared and filled before needs no preparing, and its processes need not wait for the rest.
    is_known = prepare.is_known() and bootstrap.is_known()
    install = (model.installation(env),) if model else ()
    return Plan(
        url=addresses["AIOPS_URL"],
        gateway_url=addresses["AIOPS_GATEWAY_URL"],
        simulator_url=addresses.get(SIMULATOR),
        erp_url=erp.address if erp else None,
        servers=tuple(server for server in (database.process, broker.process) if server),
        provision=partial(_provision, database, erp, home),
        before=(
            (_collect(env, home),),
            install,
            erp.steps(env) if erp else (),
            *(() if is_known else ((prepare, bootstrap),)),
        ),
        # After the demo's tenants are there, while the ERP starts.
        beside=((*((bootstrap,) if is_known else ()), *((_connect_erp(env),) if erp else ())),),
        processes=(
            *_processes(env, settings, sockets),
            *((model.process(env),) if model else ()),
            *((erp.process(),) if erp else ()),
        ),
    )


def _provision(database: stores.Database, erp: LocalErp | None, home: Home) -> None:
    database.provision()
    if erp:
        erp.provision()
    else:
        # Its address is nobody's now.
        facts_file(home).unlink(missing_ok=True)


def _addresses(sockets: Sockets) -> Environment:
    found = {
        "AIOPS_URL": f"http://{HOST}:{port_of(sockets.console)}",
        "AIOPS_GATEWAY_URL": f"http://{HOST}:{port_of(sockets.gateway)}/v1",
    }
    if sockets.simulator:
        found[SIMULATOR] = f"http://{HOST}:{port_of(sockets.simulator)}/v1"
    return found


def _prepare(env: Environment, ran_with: Fingerprint | None) -> Step:
    return Step(
        name="prepare",
        title="preparing the database",
        command=(_PYTHON, "manage.py", "prepare_database"),
        env=env,
        ran_with=ran_with,
    )


def _bootstrap(env: Environment, ran_with: Fingerprint | None, *, demo: bool) -> Step:
    return Step(
        name="bootstrap",
        title="loading demo data" if demo else "making the operator's own records",
        command=(_PYTHON, "manage.py", "bootstrap", *(("--demo",) if demo else ())),
        # Nobody waits for its locks; on a busy machine its work pauses for longer than a page's may.
        env={**env, "AIOPS_IDLE_TRANSACTION_SECONDS": "120"},
        reports=True,
        ran_with=ran_with,
    )


def _connect_erp(env: Environment) -> Step:
    return Step(
        name="erp-connect",
        title="connecting to the ERP",
        command=(_PYTHON, "manage.py", "connect_erp"),
        env=env,
    )


def _code(home: Home | None, name: str, *words: str) -> Fingerprint | None:
    """Kept with the data it tells of: they go together. None for a database elsewhere, which others may change."""
    if home is None:
        return None
    apps = tuple(ROOT / app for app in APPS)
    return Fingerprint(home.postgres / f"aiops.{name}", (ROOT / "requirements.lock",), apps, words)


def _collect(env: Environment, home: Home) -> Step:
    ran_with = Fingerprint(
        home.path / "static.collected",
        (ROOT / "requirements.lock", ROOT / "aiops" / "settings.py", ROOT / "aiops" / "static_packages.py"),
        (ROOT / "static",),
    )
    return Step(
        name="collectstatic",
        title="collecting static files",
        command=(_PYTHON, "manage.py", "collectstatic", "--noinput"),
        env=env,
        ran_with=ran_with,
        repeats=False,
    )


def _processes(env: Environment, settings: Settings, sockets: Sockets) -> Iterator[Process]:
    if sockets.simulator:
        yield _simulator(env, sockets.simulator)
    yield _recorder(env)
    for number in range(1, settings.gateways + 1):
        yield _gateway(env, sockets.gateway, f"gateway-{number}")
    yield _console(env, sockets.console)
    # Short work in SQL, in threads: a process for each would take memory for nothing. Four of them may wait for
    # receivers of notices (`killswitch.notices.claiming.AT_ONCE`); the others are for what lifts stops.
    yield _background(
        "worker", env, "aiops", "worker", "--queues", "celery", "--pool", "threads", "--concurrency", "8", *_WORKER
    )
    yield _background("worker-evals", env, "aiops", "worker", "--queues", "evals", "--concurrency", "2", *_WORKER)
    yield _background("beat", env, "aiops.beat", "beat", "--schedule", f"{env['AIOPS_HOME']}/beat/schedule")


# Alone with its broker, it has nobody to greet or to gossip with.
_WORKER = ("--without-gossip", "--without-mingle", "--without-heartbeat")

_CELERY = {
    # Root in a container is usual, and the broker is ours: nobody else's pickles come.
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    # Django's own checks load every page; `make check` runs them.
    "CELERY_SKIP_CHECKS": "1",
}


def _background(name: str, env: Environment, app: str, kind: str, *options: str) -> Process:
    return Process(
        name=name,
        stage=Stage.CONSOLE,
        command=(_PYTHON, "-m", "celery", "--quiet", "-A", app, kind, "--loglevel", "WARNING", *options),
        env=env | _CELERY,
        patience=15.0,
        nice=5,  # calls and pages come first, also while everything starts
    )


def _simulator(env: Environment, listener: socket.socket) -> Process:
    return Process(
        name="simulator",
        stage=Stage.PROVIDERS,
        command=(_PYTHON, "-m", "aiops.simulator", "--fd", str(listener.fileno())),
        env=env,
        sockets=(listener,),
        is_ready=partial(says_ready, f"http://{HOST}:{port_of(listener)}/healthz"),
    )


def _recorder(env: Environment) -> Process:
    return Process(
        name="recorder",
        stage=Stage.RECORDER,
        command=(_PYTHON, "-m", "costs.recorder"),
        env=env,
        patience=30.0,
        is_ready=partial(has_reported, Path(env["AIOPS_HOME"], "recorder.json"), datetime.now(UTC)),
    )


def _gateway(env: Environment, listener: socket.socket, name: str) -> Process:
    return Process(
        name=name,
        stage=Stage.GATEWAYS,
        command=(_PYTHON, "-m", "gateway", "--fd", str(listener.fileno()), "--name", name),
        env=env,
        sockets=(listener,),
        patience=float(env.get("AIOPS_GATEWAY_DRAIN_SECONDS") or _USUAL_DRAIN) + _LAST_WORDS,
        is_ready=partial(says_ready_as, name, f"http://{HOST}:{port_of(listener)}"),
    )


def _console(env: Environment, listener: socket.socket) -> Process:
    serve = ("-m", "uvicorn", "aiops.asgi:application", "--fd", str(listener.fileno()))
    options = ("--no-access-log", "--lifespan", "off", "--timeout-graceful-shutdown", "5")
    return Process(
        name="console",
        stage=Stage.CONSOLE,
        command=(_PYTHON, *serve, *options),
        env=env,
        sockets=(listener,),
        is_ready=partial(says_ready, f"http://{HOST}:{port_of(listener)}/readyz"),
    )
