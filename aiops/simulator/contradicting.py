"""Contradictions, for `aiops prompts check --ask`: what shall always and never be done, in the same words. Pure."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Any, Final

import orjson

from aiops.simulator.answering import words_of
from aiops.simulator.conversation import Messages, text_of

_FIELD: Final = "contradictions"
_ALWAYS: Final = re.compile(r"\bAlways\b[^.\n]*\.")
_NEVER: Final = re.compile(r"\bNever\b[^.\n]*\.")


def asks_for_them(schema: Mapping[str, Any]) -> bool:
    return _FIELD in schema.get("properties", {})


def contradictions(messages: Messages, *, fault: str = "") -> str:
    said = "\n".join(text_of(message) for message in messages if message.get("role") == "user")
    pairs = product(_ALWAYS.findall(said), _NEVER.findall(said))
    found = [_told(always, never, fault) for always, never in pairs if words_of(always[6:]) & words_of(never[5:])]
    text = orjson.dumps({_FIELD: found}).decode()
    return text[: len(text) // 2] if fault == "unreadable_answer" else text


def _told(always: str, never: str, fault: str) -> dict[str, str]:
    first = f"As agreed, {always.lower()}" if fault == "fabricated_quote" else always
    return {"first": first, "second": never, "why": "No answer can do both."}
