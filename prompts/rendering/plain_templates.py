"""Templates that only include parts and name variables, as most do: read without a parser, twenty times as fast."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from prompts.bundle.messages import fault_of_path
from prompts.bundle.variables import TAKEN

_OPEN: Final = re.compile(r"\{[{%#]")
_TAG: Final = re.compile(
    r"""\{\{[ ]*(?P<name>[A-Za-z][A-Za-z0-9_]*)[ ]*\}\}|\{%[ ]*include[ ]+"(?P<path>[A-Za-z0-9_./ -]+)"[ ]*%\}"""
)


class Plain(NamedTuple):
    """Both with the lines where: of a name the first, of a path each."""

    names: Mapping[str, int]
    paths: tuple[tuple[str, int], ...]


def read_plain(text: str) -> Plain | None:
    """None of a template that says anything else, or anything that may be wrong: it needs the parser."""
    if "\r" in text:
        return None
    names: dict[str, int] = {}
    paths: list[tuple[str, int]] = []
    begin, line = 0, 1
    while opened := _OPEN.search(text, begin):
        tag = _TAG.match(text, opened.start())
        if tag is None or not _is_fit(tag):
            return None
        line += text.count("\n", begin, tag.start())
        begin = tag.end()
        if name := tag["name"]:
            names.setdefault(name, line)
        else:
            paths.append((tag["path"], line))
    return Plain(names, tuple(paths))


def _is_fit(tag: re.Match[str]) -> bool:
    name = tag["name"]
    return name.lower() not in TAKEN if name else fault_of_path(tag["path"]) is None
