"""Two who changed a chain at once: each keeps what only he touched. Pure."""

from collections.abc import Mapping
from typing import Any

from gateway.services import State


def merged(began: State, mine: State, theirs: State) -> State:
    """`mine` with what I left as I found it as they have it now; where both changed the same, mine."""
    values = _fields(began, mine, theirs)
    old, own, now = (_by_name(state) for state in (began, mine, theirs))
    # Taken out by them, and left alone by me; a model that I changed stays.
    names = [name for name in own if name in now or name not in old or own[name] != old[name]]
    names += [name for name in now if name not in own and name not in old]
    if list(own) == list(old):
        names = [*(name for name in now if name in names), *(name for name in names if name not in now)]
    members = [_fields(old.get(name, {}), own.get(name, now.get(name, {})), now.get(name, {})) for name in names]
    return {**values, "members": members}


def _fields(began: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: theirs[name] if name in theirs and began.get(name) == value else value
        for name, value in mine.items()
        if name != "members"
    }


def _by_name(state: State) -> dict[str, dict[str, Any]]:
    return {each["model"]: each for each in state.get("members", ())}
