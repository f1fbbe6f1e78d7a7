"""A pytest plugin: real PostgreSQL and Valkey of the suite's own, up before Django reads its settings."""

import atexit
import base64
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from aiops.embedded.servers import test_servers as own_servers
from tests.prepared import APP_PASSWORD, copy_prepared, manage, prepare

_NOWHERE = ("postgresql://nobody@127.0.0.1:9/none", "redis://127.0.0.1:9")


def _is_directing() -> bool:
    """Whether this process only hands out tests to workers, each of which starts servers of its own."""
    is_split = any(option.startswith(("-n", "--numprocesses")) for option in sys.argv[1:])
    return is_split and "PYTEST_XDIST_WORKER" not in os.environ


def _start() -> None:
    stack = ExitStack()
    atexit.register(stack.close)
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aiops-tests-", ignore_cleanup_errors=True)))
    given = _given()
    _set_up(home)
    _point_at(*(given or _NOWHERE))
    if _is_directing():
        return
    if given:
        prepare(given[0])
    else:
        copy_prepared(home / "servers" / "postgres")
        _point_at(*stack.enter_context(own_servers(home / "servers")))
    manage("collectstatic", "--noinput", "-v0")


def _set_up(home: Path) -> None:
    """The environment that settings and the processes of the tests are read from."""
    os.environ.update(
        AIOPS_HOME=str(home / "home"),
        SECRET_KEY="only-for-tests-0123456789-0123456789-0123456789",
        AIOPS_KEYRING="k1:" + base64.b64encode(bytes(range(32))).decode(),
        AIOPS_AUDIT_KEY="audit-key-of-the-tests",
        AIOPS_USER_KEY="user-key-of-the-tests",
        # Models are made to fail all the time: what one test does to them is nothing to the next.
        AIOPS_BREAKER_FAILURES="1000",
        # A test is one transaction, which waits for whatever else the machine has to do.
        AIOPS_IDLE_TRANSACTION_SECONDS="300",
        DJANGO_SETTINGS_MODULE="aiops.settings",
    )
    (home / "home" / "journal").mkdir(parents=True)


def _point_at(owner_url: str, redis_url: str) -> None:
    os.environ.update(AIOPS_TEST_OWNER_URL=owner_url, DATABASE_URL=_as_app_role(owner_url), REDIS_URL=redis_url)


def _given() -> tuple[str, str] | None:
    """Servers that are there already, when both addresses are set."""
    urls = os.environ.get("AIOPS_TEST_OWNER_URL", ""), os.environ.get("AIOPS_TEST_REDIS_URL", "")
    return urls if all(urls) else None


def _as_app_role(owner_url: str) -> str:
    parts = urlsplit(owner_url)
    return urlunsplit(parts._replace(netloc=f"aiops_app:{APP_PASSWORD}@{parts.hostname}:{parts.port}"))


_start()
