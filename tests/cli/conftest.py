import json
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from typer.testing import CliRunner, Result

from aiops import cli
from aiops.cli.app import app
from tenants.actors import Actor, ActorKind
from tenants.models import Role, Tenant
from tests.factories import make_key

type Aiops = Callable[..., Result]
type As = Callable[[Role], None]

for name in {module.name for module in iter_modules(cli.__path__)} - {"__main__"}:
    import_module(f"{cli.__name__}.{name}")


@pytest.fixture
def connections_kept() -> Iterator[None]:
    """A request closes the connection when it ends; here it is the test's own, whose transaction would be lost."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def console(operator: Tenant, connections_kept: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The commands reach the real application, in this process and in the test's transaction."""
    transport = httpx.WSGITransport(get_wsgi_application())
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=transport))
    monkeypatch.setenv("AIOPS_HOME", str(tmp_path))
    monkeypatch.setenv("AIOPS_URL", "http://127.0.0.1:8700")
    monkeypatch.setenv("AIOPS_TOKEN", make_key(operator, role=Role.ADMIN).text)


@pytest.fixture
def as_role(console: None, operator: Tenant, monkeypatch: pytest.MonkeyPatch) -> As:
    """From now on the commands are somebody else's, who made the key."""

    def become(role: Role) -> None:
        maker = Actor(ActorKind.USER, str(role), f"an {role}", is_over_all=True)
        monkeypatch.setenv("AIOPS_TOKEN", make_key(operator, role=role, by=maker).text)

    return become


@pytest.fixture
def aiops(console: None) -> Aiops:
    return run


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(app, list(arguments), **options)


def printed(result: Result) -> Any:
    """The JSON of a command that succeeded."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)
