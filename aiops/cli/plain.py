"""Texts of others in a terminal: what would move its cursor or turn its text around is shown, not done."""

import re
from typing import Final

# Controls but tab and line end; marks of direction; characters without width.
_ACTING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def plain(text: str) -> str:
    return _ACTING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def plain_line(text: str) -> str:
    """As `plain`, where a text must not leave its line, or its cell of a table."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
