"""Text of models, and of others, as a page shows it: what would act unseen is spelled out. Pure."""

import re
from typing import Final

# Controls but for tab and newline, what turns text around, what takes no room; not the joiners that scripts need.
_ACTING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """\\x1b[31m where a terminal would turn red, \\u202e where the line would turn round."""
    return _ACTING.sub(lambda found: found[0].encode("unicode_escape").decode(), text.replace("\r\n", "\n"))


def short(text: str, most: int) -> str:
    """On one line, and no longer than that."""
    line = " ".join(visible(text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
