"""How settings are read from the environment: each refuses what cannot be, with name, value and what is allowed."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from aiops.embedded.settings import LIMITS, LOG_LEVELS, SHORTEST_SECRET, without_password
from aiops.lib import keyring, mail_server

env = environ.FileAwareEnv()


def whole_number(name: str, default: int) -> int:
    text = env.str(name, "").strip() or str(default)
    least, most = LIMITS[name]
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"{name} is {text!r}; allowed: a whole number from {least} to {most}.")
    return int(text)


def yes_or_no(name: str, default: bool) -> bool:
    text = env.str(name, "1" if default else "0").strip()
    if text.lower() not in {"1", "0", "true", "false", "yes", "no", ""}:
        raise ImproperlyConfigured(f"{name} is {text!r}; allowed: 1 or 0.")
    return text.lower() in {"1", "true", "yes"}


def log_level(name: str, default: str) -> str:
    text = str(env.str(name, "")).strip() or default
    if text.upper() not in LOG_LEVELS:
        raise ImproperlyConfigured(f"{name} is {text!r}; allowed: {', '.join(LOG_LEVELS)}.")
    return text.upper()


def address(name: str, *, schemes: tuple[str, ...]) -> str:
    text = str(env.str(name, ""))
    if text.partition("://")[0].lower() not in schemes:
        allowed = " or ".join(f"{scheme}://…" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} is {without_password(text)!r}; allowed: {allowed}")
    return text


def secret(name: str) -> str:
    text = str(env.str(name, ""))
    if len(text) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name} has {len(text)} characters; allowed: at least {SHORTEST_SECRET}.")
    return text


def wrapping_keys(name: str) -> str:
    text = str(env.str(name, ""))
    try:
        keyring.parse(text)
    except keyring.BadKeyring as fault:
        raise ImproperlyConfigured(f"{name} cannot be read; {fault}.") from fault
    return text


def mailers(name: str) -> dict[str, dict[str, Any]]:
    """What Django sends mail through; the console's own output where no server is named."""
    text = str(env.str(name, ""))
    if not text:
        return {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
    try:
        return {"default": {"OPTIONS": mail_server.options(text)}}
    except mail_server.BadMailServer as fault:
        raise ImproperlyConfigured(f"{name} is {without_password(text)!r}; allowed: {fault}.") from fault


def sender(name: str, default: str) -> str:
    text = str(env.str(name, "")).strip() or default
    if not mail_server.is_sender(text):
        raise ImproperlyConfigured(f"{name} is {text!r}; allowed: an address, or Name <address>.")
    return text
