"""Where the truth is kept: servers of our own, or those whose addresses the operator gave."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from aiops.embedded import postgres
from aiops.embedded.addresses import APP_ROLE, for_role, role_of, without_password
from aiops.embedded.errors import CannotStart
from aiops.embedded.home import Home
from aiops.embedded.leftovers import marking
from aiops.embedded.ports import free_port
from aiops.embedded.postgres import OWNER, Postgres
from aiops.embedded.process import Process, Stage
from aiops.embedded.settings import Settings
from aiops.embedded.valkey import Valkey


@dataclass(frozen=True, slots=True)
class Database:
    owner_address: str
    app_address: str
    process: Process | None
    provision: Callable[[], None]
    server: Postgres | None = None  # of our own


@dataclass(frozen=True, slots=True)
class Broker:
    address: str
    process: Process | None


def database(settings: Settings, home: Home, credentials: Mapping[str, str]) -> Database:
    if settings.database_url is None:
        return _own_database(home, credentials)
    owner = settings.database_url
    app = settings.database_app_url or for_role(owner, APP_ROLE, credentials["AIOPS_APP_PASSWORD"])
    if role_of(owner)[0] == role_of(app)[0]:
        raise CannotStart(
            "DATABASE_URL and DATABASE_APP_URL name the same role. The console runs as a role that owns nothing, "
            "or row-level security could not hold it back."
        )
    return Database(owner, app, None, partial(_expect, postgres.answers, owner, "DATABASE_URL: no PostgreSQL"))


def broker(settings: Settings, home: Home, credentials: Mapping[str, str]) -> Broker:
    if settings.redis_url is not None:
        return Broker(settings.redis_url, None)
    server = Valkey(home.valkey, free_port(), credentials["VALKEY_PASSWORD"])
    return Broker(server.address, server_process("valkey", server, home))


def server_process(name: str, server: Postgres | Valkey, home: Home) -> Process:
    return Process(
        name=name,
        command=server.command(),
        stage=Stage.SERVERS,
        # Nothing of ours is in their environment: it would be in their core dumps too.
        env={"PATH": os.environ.get("PATH", os.defpath), **marking(home)},
        patience=60.0,
        before=server.make_ready,
        is_ready=server.answers,
    )


def _own_database(home: Home, credentials: Mapping[str, str]) -> Database:
    server = Postgres(home.postgres, free_port(), credentials["POSTGRES_PASSWORD"])
    owner_password = credentials["AIOPS_OWNER_PASSWORD"]
    return Database(
        server.address(OWNER, owner_password),
        server.address(APP_ROLE, credentials["AIOPS_APP_PASSWORD"]),
        server_process("postgres", server, home),
        partial(server.provision, owner_password),
        server,
    )


def _expect(answers: Callable[[str], bool], address: str, complaint: str) -> None:
    if not answers(address):
        raise CannotStart(f"{complaint} answers at {without_password(address)}.")
