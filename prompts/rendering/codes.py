"""Python's code of templates. Bundles with the same text share it, for as long as one of them is kept."""

import re
from collections.abc import Callable
from types import CodeType
from typing import Final
from weakref import WeakValueDictionary

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
# What Jinja makes of a text in which nothing is opened.
_PLAIN: Final = """\
name = {name!r}
blocks = {{}}
debug_info = ""
def root(context, environment=None):
    yield {text!r}
"""

# By the text and the path of the part it is, which Jinja writes into the code. Nothing is kept alive here.
_known: Final[WeakValueDictionary[tuple[str, str | None], CodeType]] = WeakValueDictionary()


def code_of(text: str, path: str | None, compile_it: Callable[[str, str | None], CodeType]) -> CodeType:
    """For as long as the caller keeps what is returned, others with the same text get the same. Raises what
    `compile_it` raises.
    """
    found = _known.get((text, path))
    if found is None:
        found = _known[text, path] = compile_it(text, path) if "{" in text else _plain(text, path)
    return found


def _plain(text: str, path: str | None) -> CodeType:
    """Of most parts, without a parser: a sixth of the time."""
    lines = "\n".join(_LINE_END.split(text)).removesuffix("\n")
    return compile(_PLAIN.format(name=path, text=lines), "<template>", "exec")
