"""What the supervisor itself reads from the environment, and checks of what `aiops/settings.py` will read there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiops.embedded.errors import BadSetting
from aiops.embedded.home import ROOT
from aiops.lib import keyring, mail_server

_YES = {"1", "true", "yes"}
_NO = {"0", "false", "no", ""}

LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SHORTEST_SECRET: Final = 16
# Of the whole numbers that console and gateway read: the least and the most.
LIMITS: Final[Mapping[str, tuple[int, int]]] = {
    "AIOPS_JOURNAL_MAX_MB": (1, 1_000_000),
    "AIOPS_JOURNAL_SEGMENT_MB": (1, 1024),
    "AIOPS_GATEWAY_MAX_BODY_MB": (1, 1024),
    "AIOPS_GATEWAY_MAX_CALLS": (1, 100_000),
    "AIOPS_BUDGET_OUTPUT_TOKENS": (1, 1_000_000),
    "AIOPS_BREAKER_FAILURES": (1, 1000),
    "AIOPS_IDLE_TRANSACTION_SECONDS": (1, 3600),
}
# Without an @, what follows a colon and is no port may be a password too.
_PASSWORD = re.compile(r"^((?:[^:/@]*://)?[^:@]*:).*(?=@)|^([^:/@]*://[^:@]*:)(?!\d{1,5}(?:/|$))[^@]+$", re.DOTALL)
_PASSWORD_FIELD = re.compile(r"(password=)(?:'[^']*'|[^&\s]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path
    port: int
    gateway_port: int
    gateways: int
    journal_max_mb: int
    demo: bool
    local_llm: bool
    erp: bool
    database_url: str | None
    database_app_url: str | None
    redis_url: str | None


def read(environ: Mapping[str, str]) -> Settings:
    settings = Settings(
        home=home_path(environ),
        port=_whole_number(environ, "AIOPS_PORT", 8700, least=0, most=65535),
        gateway_port=_whole_number(environ, "AIOPS_GATEWAY_PORT", 8701, least=0, most=65535),
        gateways=_whole_number(environ, "AIOPS_GATEWAYS", 2, least=1, most=64),
        journal_max_mb=_whole_number(environ, "AIOPS_JOURNAL_MAX_MB", 1024, least=1, most=1_000_000),
        demo=_yes_or_no(environ, "DEMO", default=True),
        local_llm=_yes_or_no(environ, "LOCAL_LLM", default=False),
        erp=_yes_or_no(environ, "ERP", default=False),
        database_url=_address(environ, "DATABASE_URL", ("postgresql", "postgres")),
        database_app_url=_address(environ, "DATABASE_APP_URL", ("postgresql", "postgres")),
        redis_url=_address(environ, "REDIS_URL", ("redis", "rediss", "valkey")),
    )
    _agree(settings)
    _check_handed_down(environ)
    return settings


def home_path(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("AIOPS_HOME") or ROOT / ".aiops").expanduser().resolve()


def given(environ: Mapping[str, str], name: str) -> str | None:
    """The value of a secret setting: from the environment, or from the file that NAME_FILE names."""
    file = environ.get(f"{name}_FILE")
    if not file:
        return environ.get(name) or None
    try:
        return Path(file).read_text().strip() or None
    except OSError as fault:
        raise BadSetting(f"{name}_FILE", file, f"a file that can be read ({fault.strerror})") from fault


def without_password(address: str) -> str:
    hidden = _PASSWORD.sub(lambda found: f"{found[1] or found[2]}…", address)
    return _PASSWORD_FIELD.sub(r"\1…", hidden)


def _check_handed_down(environ: Mapping[str, str]) -> None:
    """Here, as a process that refuses it does so only after the servers have started."""
    for name, (least, most) in LIMITS.items():
        _whole_number(environ, name, least, least=least, most=most)
    _yes_or_no(environ, "AIOPS_HTTPS", default=False)
    _check_secrets(environ)
    _check_mail(environ)
    level = given(environ, "AIOPS_LOG_LEVEL")
    if level and level.upper() not in LOG_LEVELS:
        raise BadSetting("AIOPS_LOG_LEVEL", level, ", ".join(LOG_LEVELS))


def _check_mail(environ: Mapping[str, str]) -> None:
    url, sender = given(environ, "EMAIL_URL"), given(environ, "AIOPS_MAIL_FROM")
    try:
        mail_server.options(url or "smtp://localhost")
    except mail_server.BadMailServer as fault:
        raise BadSetting("EMAIL_URL", without_password(url or ""), str(fault)) from None
    if sender and not mail_server.is_sender(sender.strip()):
        raise BadSetting("AIOPS_MAIL_FROM", sender, "an address, or Name <address>")


def _check_secrets(environ: Mapping[str, str]) -> None:
    """Those that are given instead of made; what is wrong with one is told without telling it."""
    for name in ("SECRET_KEY", "AIOPS_AUDIT_KEY", "AIOPS_USER_KEY"):
        text = given(environ, name)
        if text and len(text) < SHORTEST_SECRET:
            raise BadSetting(name, "…", f"at least {SHORTEST_SECRET} characters")
    try:
        keyring.parse(given(environ, "AIOPS_KEYRING") or f"made:{'A' * 43}=")
    except keyring.BadKeyring:
        raise BadSetting("AIOPS_KEYRING", "…", keyring.FORM) from None


def _agree(settings: Settings) -> None:
    if settings.port == settings.gateway_port != 0:
        raise BadSetting("AIOPS_GATEWAY_PORT", str(settings.gateway_port), "another port than AIOPS_PORT")
    if settings.database_app_url and not settings.database_url:
        raise BadSetting("DATABASE_URL", "", "the owner's address, as DATABASE_APP_URL is given")
    if settings.erp and settings.database_url:
        raise BadSetting(
            "ERP", "1", "0, as DATABASE_URL is given: the ERP is kept in the PostgreSQL of `aiops up` only"
        )


def _whole_number(environ: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    text = given(environ, name) or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise BadSetting(name, text, f"a whole number from {least} to {most}")
    return int(text)


def _yes_or_no(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = given(environ, name) or environ.get(name)
    if text is None:
        return default
    if text.lower() not in _YES | _NO:
        raise BadSetting(name, text, "1 or 0")
    return text.lower() in _YES


def _address(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    text = given(environ, name)
    if text is None:
        return None
    if _is_wrong(text, schemes):
        raise BadSetting(name, without_password(text), f"{schemes[0]}://user:password@host:port/name")
    return text


def _is_wrong(address: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme not in schemes or not parts.hostname or parts.port == 0
    except ValueError:
        return True
