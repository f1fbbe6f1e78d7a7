"""The formats that can be taken over. Adding one: copy a room, edit it, add a line."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from prompts.exchange import dotprompt, langwatch, promptfoo, text
from prompts.exchange.draft import Options, Source, Taken


class Format(NamedTuple):
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Options], Taken]


# In the order in which they are asked.
FORMATS: Final[Mapping[str, Format]] = {
    "dotprompt": Format(dotprompt.recognises, dotprompt.read),
    "langwatch": Format(langwatch.recognises, langwatch.read),
    "promptfoo": Format(promptfoo.recognises, promptfoo.read),
    "text": Format(text.recognises, text.read),
}


def detect(source: Source) -> str:
    """Empty: none of them."""
    return next((name for name, each in FORMATS.items() if each.recognises(source)), "")
