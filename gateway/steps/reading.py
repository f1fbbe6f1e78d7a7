"""The body as it came, as JSON; what it is instead is told. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from gateway.errors import BadBody
from gateway.json_words import kind_of

_PLAIN: Final = (b"", b"identity")
_GZIP: Final = b"\x1f\x8b"
_MARK: Final = b"\xef\xbb\xbf"
_MARKS_16: Final = (b"\xff\xfe", b"\xfe\xff")


def body_of(raw: bytes, headers: Mapping[bytes, bytes]) -> dict[str, Any]:
    encoding = headers.get(b"content-encoding", b"").strip().lower()
    if encoding not in _PLAIN:
        named = encoding.decode("ascii", "replace")[:40]
        raise BadBody(f"content-encoding {named} is not supported: send the body as it is, in UTF-8, without one.")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as fault:
        raise BadBody(_why(raw) or f"The body is not JSON: {fault}") from None
    if not isinstance(body, dict):
        raise BadBody(f"The body must be a JSON object, not {kind_of(body)}.")
    return body


def _why(raw: bytes) -> str:
    """Why no reader of JSON could read it; empty: it could, and found it wrong."""
    if raw.startswith(_GZIP):
        return "The body is compressed, which is not supported: send it as it is, in UTF-8."
    if raw.startswith(_MARK):
        return "The body begins with a byte order mark: send UTF-8 without one."
    # UTF-16 and UTF-32 have them in each character of JSON's own.
    if raw[:2] in _MARKS_16 or raw[:1] == b"\0" or raw[1:2] == raw[3:4] == b"\0":
        return "The body is not UTF-8."
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        return f"The body is not UTF-8: byte {fault.start} is wrong."
    return ""
