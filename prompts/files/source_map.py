"""From a place in a bundle, or a line of one of its templates, to the line and column of a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from prompts.bundle import Place
from prompts.files.yaml_text import Document

_MESSAGE: Final = re.compile(r"messages\[(\d+)\]")


class Spot(NamedTuple):
    path: Path
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SourceMap:
    """`templates`: the texts of messages and parts by name; `files`: where parts and the schema were read from."""

    path: Path
    document: Document
    templates: Mapping[str, str]
    files: Mapping[str, Path]
    # As the prompt file names it; empty: none, or one that stands in the prompt file.
    schema: str = ""

    def at(self, place: Place) -> Spot:
        if place[:1] == ("parts",) and len(place) > 1:
            return Spot(self.files.get(str(place[1]), self.path), 1, 1)
        if self.schema and place[:2] == ("output", "schema"):
            return Spot(self.files[self.schema], 1, 1)
        return Spot(self.path, *self.document.at(place))

    def within(self, template: str, line: int, token: str = "") -> Spot:
        """Of a line of `messages[0]` or of a part; the column is where the token stands in it, else its beginning."""
        column = _column(self.templates.get(template, ""), line, token)
        message = _MESSAGE.fullmatch(template)
        if message is None:
            return Spot(self.files.get(template, self.path), line, column)
        return Spot(self.path, *self.document.within(("messages", int(message[1]), "content"), line, column))


def _column(text: str, line: int, token: str) -> int:
    if not token:
        return 1
    lines = text.split("\n")
    found = lines[line - 1] if 0 < line <= len(lines) else ""
    whole = re.search(rf"(?<!\w){re.escape(token)}(?!\w)", found)
    return 1 + (whole.start() if whole else max(0, found.find(token)))
