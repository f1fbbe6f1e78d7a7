"""The keys that wrap other keys, as a setting writes them: `id:base64`, more after commas, newest first. Pure."""

import base64
import binascii
from collections.abc import Mapping

FORM = "id:base64 of 32 bytes, more after commas, newest first"
_BYTES = 32


class BadKeyring(ValueError):
    """It never tells the text itself, which is a secret."""

    def __init__(self) -> None:
        super().__init__(f"allowed: {FORM}")


def parse(text: str) -> Mapping[str, bytes]:
    """By id; the first is the current one. Raises BadKeyring when there is none, or one that is none."""
    ring = dict(_entry(item.strip()) for item in text.split(",") if item.strip())
    if not ring:
        raise BadKeyring
    return ring


def _entry(item: str) -> tuple[str, bytes]:
    key_id, _, encoded = item.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise BadKeyring from None
    if not key_id or len(key) != _BYTES:
        raise BadKeyring
    return key_id, key
