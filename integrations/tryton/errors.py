"""What Tryton's answers mean. Its REST API answers errors in JSON (400) or in a page of HTML (all others)."""

import base64
import html
import re
from typing import Final, NoReturn
from urllib.parse import quote

import orjson

from integrations.faults import (
    Broke,
    BrokenOff,
    Busy,
    Fault,
    Garbled,
    Health,
    NoRights,
    Rejected,
    Uncertain,
    WrongDatabase,
    WrongKey,
)
from integrations.wire import Answer

_PARAGRAPH: Final = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_SHOWN: Final = 300
_RIGHTS: Final = ("not allowed to access", "not authorized", "access rights", "not allowed to")


class NotThere(Fault):
    """A 404: no such database for who only begins, no such record for who asked for one."""

    code = "not_there"


class Unavailable(Uncertain):
    """A 503: Tryton cannot open its database, which may be down, or have another name."""

    code = "unavailable"
    health = Health.UNREACHABLE


def refuse(answer: Answer, *, secret: str) -> NoReturn:
    """In the system's own words, and without the key, which whatever stands there may repeat."""
    said = said_in(answer, secret=secret)
    match answer.status:
        case 400 if any(words in said.lower() for words in _RIGHTS):
            raise NoRights(f"Tryton: {said}")
        case 400 | 409 | 422:
            raise Rejected(f"Tryton: {said}")
        case 401:
            raise WrongKey("Tryton does not know this key, or its user has not validated it.")
        case 403:
            raise NoRights("Tryton: the user of this key may not do that.")
        case 404:
            raise NotThere("Tryton has nothing there that the user of this key may see.")
        case 429:
            raise Busy("Tryton refuses: too many requests. Try again later.")
        case 413:
            raise Rejected("Tryton refuses: that is too long.")
    if answer.status == 500:
        raise Broke(_broke(said))
    if answer.status == 503:
        raise Unavailable("Tryton's own database is not available (503).")
    if answer.status > 500:
        # Of whatever stands before Tryton, which may be at it still.
        raise BrokenOff(f"What stands before Tryton gave up waiting for it ({answer.status}).")
    raise Garbled(f"Tryton answered {answer.status}, which it never does. Is it Tryton at this address?")


def no_database(name: str) -> WrongDatabase:
    return WrongDatabase(f"There is no database {name!r} at this address, or it is not open to this Tryton.")


def said_in(answer: Answer, *, secret: str) -> str:
    """What it says for people, on one line."""
    text = answer.body.decode("utf-8", "replace")
    if "json" in answer.content_type:
        try:
            told = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            told = None
        if isinstance(told, dict):
            text = " ".join(str(told.get(name) or "") for name in ("message", "description"))
    elif found := _PARAGRAPH.search(text):
        text = html.unescape(found[1])
    # Before it is cut: a part of a key is half of it.
    text = _without(text.replace("\0", "\ufffd"), secret)
    return " ".join(text.split())[:_SHOWN] or "no reason given"


def _without(text: str, secret: str) -> str:
    for form in {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")}:
        text = text.replace(form, "…") if form else text
    return text


def _broke(said: str) -> str:
    # A field that the user may not read is missing when Tryton comes to it.
    if re.fullmatch(r"'\w+'", said):
        return f"Tryton failed over the field {said} (500): the user of this key may lack the right to it."
    return f"Tryton failed with an error of its own (500): {said}"
