"""The installation's own secrets: made once, kept in secrets.json. Losing that file loses every stored provider key."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping

import orjson

from aiops.embedded.errors import CannotStart
from aiops.embedded.home import Home, write_private
from aiops.embedded.settings import given


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _password() -> str:
    return secrets.token_urlsafe(24)


# Those that every process gets; each may also be given in the environment.
SHARED: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "AIOPS_KEYRING": lambda: f"k1:{_key()}",
    "AIOPS_AUDIT_KEY": _key,
    "AIOPS_USER_KEY": _key,
}
# Those that only the supervisor and its servers need.
OWN: dict[str, Callable[[], str]] = {
    "AIOPS_APP_PASSWORD": _password,
    "AIOPS_OWNER_PASSWORD": _password,
    "POSTGRES_PASSWORD": _password,
    "VALKEY_PASSWORD": _password,
    "ERP_DATABASE_PASSWORD": _password,
    "ERP_ADMIN_PASSWORD": _password,
    "ERP_KEY": lambda: secrets.token_urlsafe(48),
}


def load_credentials(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    """What is stored, completed by what was missing; a value given in the environment wins and is not stored."""
    stored = _stored(home)
    if not stored and home.postgres.exists():
        raise CannotStart(f"{home.secrets_file} is gone, and without it {home.postgres} cannot be read: restore it.")
    missing = {name: make() for name, make in (SHARED | OWN).items() if name not in stored}
    if missing:
        write_private(home.secrets_file, orjson.dumps(stored | missing, option=orjson.OPT_INDENT_2))
    known = {name: str((stored | missing)[name]) for name in SHARED | OWN}
    return known | {name: value for name in SHARED if (value := given(environ, name))}


def user_key(home: Home, environ: Mapping[str, str]) -> str:
    """By which people are known in stops; empty where neither the environment nor this folder has it."""
    return given(environ, "AIOPS_USER_KEY") or str(_stored(home).get("AIOPS_USER_KEY", ""))


def has_demo(home: Home) -> bool:
    """Whether the demo was loaded into this folder; its keys are kept beside these secrets."""
    return "demo_keys" in _stored(home)


def _stored(home: Home) -> dict[str, object]:
    try:
        stored = orjson.loads(home.secrets_file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, orjson.JSONDecodeError) as fault:
        raise CannotStart(f"{home.secrets_file} cannot be read ({fault}); put its backup back.") from fault
    if not isinstance(stored, dict):
        raise CannotStart(f"{home.secrets_file} is not what was written there; put its backup back.")
    return stored
