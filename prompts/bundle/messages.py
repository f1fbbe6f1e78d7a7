"""The templates of a bundle: messages, and the parts they include."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from prompts.bundle.faults import Fault, Place
from prompts.bundle.values import NotPlain, fields, kind, plain_text

MOST_MESSAGES: Final = 50
MOST_PARTS: Final = 100
LONGEST_TEXT: Final = 100_000
LONGEST_ALTOGETHER: Final = 400_000
_LONGEST_PATH: Final = 200
_DRIVE: Final = re.compile(r"^[A-Za-z]:")


class Role(StrEnum):
    SYSTEM = "system"
    DEVELOPER = "developer"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    # A template.
    content: str

    def as_data(self) -> dict[str, str]:
        return {"role": self.role.value, "content": self.content}


def read_messages(data: object, faults: list[Fault]) -> tuple[Message, ...]:
    if not isinstance(data, list) or not 1 <= len(data) <= MOST_MESSAGES:
        faults.append(Fault(("messages",), f"there must be a list of 1 to {MOST_MESSAGES} messages."))
        return ()
    return tuple(_message(each, ("messages", index), faults) for index, each in enumerate(data))


def read_parts(data: object, faults: list[Fault]) -> dict[str, str]:
    if data is None:
        return {}
    if not isinstance(data, Mapping) or len(data) > MOST_PARTS:
        faults.append(Fault(("parts",), f"there must be an object of at most {MOST_PARTS} parts: path and text."))
        return {}
    return {str(path): _part(str(path), text, faults) for path, text in data.items()}


def check_length(messages: tuple[Message, ...], parts: Mapping[str, str], faults: list[Fault]) -> None:
    length = sum(len(message.content) for message in messages) + sum(map(len, parts.values()))
    if length > LONGEST_ALTOGETHER:
        faults.append(Fault((), f"messages and parts may have {LONGEST_ALTOGETHER:,} characters, not {length:,}."))


def fault_of_path(path: str) -> str | None:
    """Why a path cannot be a part's: it must lead from the prompt's folder down, written in one way only."""
    steps = path.split("/")
    if not path or len(path) > _LONGEST_PATH or not path.isprintable() or "\\" in path:
        return f"a path has 1 to {_LONGEST_PATH} printable characters, with / between folders."
    if path.startswith("/") or _DRIVE.match(path) or ".." in steps:
        return "a path leads from the prompt's own folder down, never out of it."
    if "" in steps or "." in steps:
        return "a path is written without . and without empty steps."
    return None


def _message(data: object, place: Place, faults: list[Fault]) -> Message:
    found = fields(data, place, ("role", "content"), faults)
    return Message(_role(found, place, faults), _text(found.get("content"), (*place, "content"), faults))


def _role(found: Mapping[str, Any], place: Place, faults: list[Fault]) -> Role:
    said: Any = found.get("role")
    try:
        return Role(said)
    except ValueError:
        told = "missing" if said is None else kind(said)
        faults.append(Fault((*place, "role"), f"it is {told}; it must be one of: {', '.join(Role)}."))
        return Role.USER


def _part(path: str, text: object, faults: list[Fault]) -> str:
    if fault := fault_of_path(path):
        faults.append(Fault(("parts", path), fault))
    return _text(text, ("parts", path), faults, least=0)


def _text(value: object, place: Place, faults: list[Fault], least: int = 1) -> str:
    """With line ends of one kind: a checkout on Windows is the same version."""
    if not isinstance(value, str):
        faults.append(Fault(place, "it is missing." if value is None else f"it must be text, not {kind(value)}."))
        return ""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if not least <= len(text) <= LONGEST_TEXT:
        faults.append(Fault(place, f"it must have {least} to {LONGEST_TEXT:,} characters, not {len(text):,}."))
    try:
        return plain_text(text)
    except NotPlain as fault:
        faults.append(Fault(place, str(fault)))
        return ""
