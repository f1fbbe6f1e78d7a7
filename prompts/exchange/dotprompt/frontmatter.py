"""A `.prompt` file in two: what stands between --- and ---, and the template after it."""

import re
from typing import Final, NamedTuple

from prompts.exchange.draft import Untranslatable
from prompts.files.yaml_text import Document, NotYaml, read_yaml

_BEGIN: Final = re.compile(r"(?:(?:#[^\n]*|[ \t]*)\n)*---[ \t]*\n")
_END: Final = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)


class Parts(NamedTuple):
    """`first` and `body_line`: on which lines of the file the two begin."""

    document: Document
    first: int
    body: str
    body_line: int

    def line(self, *place: str) -> int:
        return self.first + self.document.at(place).line - 1


def split(text: str) -> Parts:
    """Raises Untranslatable."""
    begin = _BEGIN.match(text)
    end = _END.search(text, begin.end()) if begin else None
    if begin is None or end is None:
        return Parts(Document({}, {}, {}, ()), 1, text, 1)
    first = 1 + text.count("\n", 0, begin.end())
    try:
        document = read_yaml(text[begin.end() : end.start()])
    except NotYaml as fault:
        raise Untranslatable(first + fault.mark.line - 1, fault.detail) from None
    if document.data is None:
        document = Document({}, {}, {}, ())
    if not isinstance(document.data, dict):
        raise Untranslatable(first, "between --- and --- stand fields, such as model and input.")
    body = text[end.end() :]
    bare = body.strip()
    skipped = body[: len(body) - len(body.lstrip())].count("\n")
    return Parts(document, first, bare, 1 + text.count("\n", 0, end.end()) + skipped)
