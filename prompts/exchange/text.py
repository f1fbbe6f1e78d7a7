"""Plain text and Markdown: one message; {{ name }} is a variable, and nothing else is of a template."""

import re
from collections.abc import Iterator
from typing import Final

from prompts.exchange.draft import Draft, DraftMessage, Options, Source, Taken
from prompts.exchange.inferring import variables_of
from prompts.exchange.literal import literal
from prompts.exchange.naming import name_of

SUFFIXES: Final = (".txt", ".md", ".markdown", ".text")
_VARIABLE: Final = re.compile(r"\{\{[ \t]*([A-Za-z][A-Za-z0-9_]*)[ \t]*\}\}")


def recognises(source: Source) -> bool:
    return source.path.suffix.lower() in SUFFIXES


def read(source: Source, options: Options) -> Taken:
    content = "".join(_pieces(source.text))
    message = DraftMessage(options.role, content)
    draft = Draft(name_of(source.path.stem), source.path, 1, [message], variables=variables_of([content], {}))
    return Taken((draft,))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for found in _VARIABLE.finditer(text):
        yield literal(text[at : found.start()], before_tag=True)
        yield f"{{{{ {found[1]} }}}}"
        at = found.end()
    yield literal(text[at:])
