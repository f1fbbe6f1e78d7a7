"""A Tryton on this machine, in an environment and a database of its own: its code reaches nothing of the console's."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import orjson

from aiops.embedded.environment import Environment
from aiops.embedded.erp import database
from aiops.embedded.erp.facts import ErpFacts, port_before, write_facts
from aiops.embedded.fingerprint import Fingerprint
from aiops.embedded.home import ROOT, Home
from aiops.embedded.leftovers import marking
from aiops.embedded.ports import HOST, free_port
from aiops.embedded.postgres import Postgres
from aiops.embedded.process import Lane, Process, Stage, Step
from aiops.embedded.readiness import says_ready

USER = "aiops-northwind"

_LOCK = ROOT / "requirements-erp.lock"
_HERE = Path(__file__).parent
_MODULES, _SEED, _MADE_UP = (_HERE / name for name in ("make_database.py", "seed.py", "made_up.toml"))


@dataclass(frozen=True, slots=True)
class LocalErp:
    home: Home
    server: Postgres
    port: int
    password: str = field(repr=False)
    admin_password: str = field(repr=False)
    # Of the Tryton users that programs come as.
    keys: Mapping[str, str] = field(repr=False)

    @property
    def folder(self) -> Path:
        return self.home.path / "erp-venv"

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def steps(self, env: Environment) -> Lane:
        return (self._installation(env), self._modules(), self._seed())

    def process(self) -> Process:
        return Process(
            name="erp",
            stage=Stage.PROVIDERS,
            command=(*self._python(self.folder / "bin" / "trytond"), "--database", database.NAME),
            env=self._env(),
            is_ready=partial(says_ready, *self.facts().question()),
        )

    def provision(self) -> None:
        database.make(self.server, self.password)
        write_facts(self.home, self.facts())

    def facts(self) -> ErpFacts:
        return ErpFacts(self.address, database.NAME, USER, self.keys[USER])

    def _installation(self, env: Environment) -> Step:
        setup = (sys.executable, str(ROOT / "tools" / "setup.py"))
        return Step(
            name="erp-install",
            title="installing the ERP (80 MB, once)",
            command=(*setup, "--only", str(_LOCK), "--into", str(self.folder)),
            env=env,
            ran_with=Fingerprint(self.folder / "installed", (_LOCK,)),
            repeats=False,
        )

    def _modules(self) -> Step:
        return self._once(
            "erp-database",
            "making the ERP's database (half a minute, once)",
            _MODULES,
            {"AIOPS_ERP_ADMIN_PASSWORD": self.admin_password},
            (_LOCK, _MODULES),
        )

    def _seed(self) -> Step:
        keys = orjson.dumps(dict(self.keys)).decode()
        return self._once(
            "erp-records",
            "filling the ERP with a made-up company (once)",
            _SEED,
            {"AIOPS_ERP_KEYS": keys},
            (_LOCK, _MODULES, _SEED, _MADE_UP),
            keys,
        )

    def _once(
        self, name: str, title: str, program: Path, given: Environment, inputs: tuple[Path, ...], *words: str
    ) -> Step:
        return Step(
            name=name,
            title=title,
            command=(*self._python(program), database.NAME),
            env=self._env() | given,
            # Kept with the data it tells of: they go together.
            ran_with=Fingerprint(self.server.data / f"erp.{name}", inputs, words=words),
            repeats=False,
        )

    def _python(self, program: Path) -> tuple[str, ...]:
        return (str(self.folder / "bin" / "python"), "-I", str(program))

    def _env(self) -> Environment:
        """Nothing of the console's environment: the code of others has no use for its secrets."""
        files = str(self.home.path / "erp")
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONUNBUFFERED": "1",
            "TRYTOND_DATABASE_URI": self.server.address(database.ROLE, self.password, ""),
            "TRYTOND_DATABASE__LIST": "False",
            "TRYTOND_DATABASE__PATH": files,
            "TRYTOND_LOGGING_CONFIG": str(_HERE / "logging.ini"),
            "TRYTOND_WEB__LISTEN": f"{HOST}:{self.port}",
            "TRYTOND_WEB__ROOT": f"{files}/www",
            **marking(self.home),
        }


def local_erp(home: Home, server: Postgres, credentials: Mapping[str, str]) -> LocalErp:
    return LocalErp(
        home,
        server,
        # Writes that wait are bound to the address they were planned against.
        free_port(port_before(home)),
        credentials["ERP_DATABASE_PASSWORD"],
        credentials["ERP_ADMIN_PASSWORD"],
        {USER: credentials["ERP_KEY"]},
    )
