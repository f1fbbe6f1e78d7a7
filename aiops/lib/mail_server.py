"""The mail server that a setting names, as Django's mailers take it. Pure."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import unquote, urlsplit

FORM: Final = (
    "smtp://user:password@host:port (plain), smtp+tls:// (STARTTLS, as on 587) or smtp+ssl:// (TLS, as on 465)"
)
# Of each step of the conversation: whoever is told next must not wait for a server that hangs.
SECONDS: Final = 5
_SCHEMES: Final[Mapping[str, dict[str, bool]]] = {
    "smtp": {},
    "smtp+tls": {"use_tls": True},
    "smtp+ssl": {"use_ssl": True},
}


class BadMailServer(ValueError):
    """Says what is allowed."""


def options(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        raise BadMailServer(FORM) from None
    if scheme not in _SCHEMES or not host or parts.path.strip("/") or parts.query or port == 0:
        raise BadMailServer(FORM)
    given = {"port": port, "username": unquote(parts.username or ""), "password": unquote(parts.password or "")}
    kept = {name: value for name, value in given.items() if value}
    return {"host": host, "timeout": SECONDS, **kept, **_SCHEMES[scheme]}


def is_sender(text: str) -> bool:
    """One address, with a name or without; nothing that could become another header."""
    local, at, host = parseaddr(text)[1].partition("@")
    return text.isprintable() and bool(local and at and host) and "," not in text
