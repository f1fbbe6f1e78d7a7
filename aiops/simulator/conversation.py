"""What a call's messages hold: the question, the sources and the instructions. Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from aiops.simulator.knowledge import Article

type Messages = Sequence[Mapping[str, Any]]

_SOURCE: Final = re.compile(
    r'<(source(?:-[0-9a-f]+)?)\s+id="([^"]+)"(?:\s+title="([^"]*)")?\s*>\s*(.*?)\s*</\1>', re.DOTALL
)
# The gateway's, about a grounded reply that it cannot use.
_OF_A_PROGRAM: Final = "A program has checked your reply"
_INSTRUCTING: Final = frozenset({"system", "developer"})


def question_of(messages: Messages) -> str:
    """The text of the last thing the user said, without any sources in it; what a program says is no question."""
    said = [text_of(message) for message in messages if message.get("role") == "user"]
    asked = [text for text in said if not text.startswith(_OF_A_PROGRAM)]
    return _without_sources(asked[-1]) if asked else ""


def sources_of(messages: Messages) -> tuple[Article, ...]:
    """What the caller brought along as `<source id="…">…</source>`, in any message."""
    return tuple(source for message in messages for source in _sources_in(text_of(message)))


def instructions_of(messages: Messages) -> str:
    """What the system and the developer say, on one line; what stands in a source is no instruction of theirs."""
    told = (text_of(message) for message in messages if message.get("role") in _INSTRUCTING)
    return " ".join(_without_sources("\n".join(told)).split())


# One call asks for both several times.
@lru_cache(maxsize=32)
def _without_sources(text: str) -> str:
    return _SOURCE.sub(" ", text)


@lru_cache(maxsize=32)
def _sources_in(text: str) -> tuple[Article, ...]:
    return tuple(Article(source_id, title, said) for _, source_id, title, said in _SOURCE.findall(text))


def text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
