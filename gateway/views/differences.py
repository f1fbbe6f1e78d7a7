"""What is different between two states of a chain, in lines that a person reads. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from gateway.routing.triggers import Trigger
from gateway.services import State
from gateway.views.words import TRIGGERS

_FIELDS: Final = {"deadline_seconds": ("Deadline", " s"), "max_hops": ("Attempts at most", "")}
_OF_A_MEMBER: Final = {
    "timeout_seconds": ("time", " s"),
    "attempts": ("attempts", ""),
    "first_percent": ("asked first", "%"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    what: str
    before: str
    after: str


def differences(before: State, after: State) -> list[Difference]:
    return [*_models(before, after), *_fields(before, after), *_triggers(before, after)]


def _fields(before: State, after: State) -> Iterator[Difference]:
    for name, (label, unit) in _FIELDS.items():
        if name in before and name in after and before[name] != after[name]:
            yield Difference(label, f"{before[name]}{unit}", f"{after[name]}{unit}")


def _models(before: State, after: State) -> Iterator[Difference]:
    if "members" not in before or "members" not in after:
        return
    old, new = _by_name(before), _by_name(after)
    if list(old) != list(new):
        yield Difference("Models", ", ".join(old) or "none", ", ".join(new) or "none")
    for name in new:
        if name in old:
            yield from _member(name, old[name], new[name])


def _member(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for key, (label, unit) in _OF_A_MEMBER.items():
        if old.get(key) != new.get(key):
            yield Difference(f"{name}, {label}", f"{old.get(key, 0)}{unit}", f"{new.get(key, 0)}{unit}")


def _triggers(before: State, after: State) -> Iterator[Difference]:
    for trigger in Trigger:
        led, leads = (trigger in state.get("triggers", ()) for state in (before, after))
        if led != leads and "triggers" in before and "triggers" in after:
            yield Difference(f"Goes on when: {TRIGGERS[trigger][0].lower()}", _yes(led), _yes(leads))


def _by_name(state: State) -> dict[str, dict[str, Any]]:
    return {each["model"]: each for each in state["members"]}


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"
