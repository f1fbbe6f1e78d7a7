"""Names as prompts of ours have them."""

import re
from typing import Final

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER: Final = re.compile(r"[^a-z0-9._-]+")
_LONGEST: Final = 100


def name_of(text: str) -> str:
    """`Support answer`, `supportAnswer` -> `support-answer`; empty when nothing of it can be kept."""
    return _OTHER.sub("-", _HUMP.sub("-", text).lower()).strip("-._")[:_LONGEST]
