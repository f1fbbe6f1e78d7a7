"""What each step of a swap makes of a chain. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.chain_limits import MOST_MEMBERS
from gateway.models import ChainMember
from gateway.services import State


class Refused(Exception):
    """The step cannot be taken, and why."""


def join(state: State, model: str, typed: Mapping[str, str]) -> State:
    members = state["members"]
    if model in _names(state):
        raise Refused(f"{model} is in the chain already.")
    if len(members) >= MOST_MEMBERS:
        raise Refused(f"A chain has at most {MOST_MEMBERS} models: take one out first.")
    new = {"model": model, "timeout_seconds": ChainMember.TIMEOUT_SECONDS, "attempts": 1, "first_percent": 0}
    return {**state, "members": [*members, new]}


def canary(state: State, model: str, typed: Mapping[str, str]) -> State:
    percent = typed.get("percent", "").strip()
    if not (percent.isascii() and percent.isdigit() and len(percent) < 4 and 1 <= int(percent) <= 100):
        raise Refused("Enter a whole number from 1 to 100; to ask it first for nobody, go back.")
    others = sum(each["first_percent"] for each in state["members"] if each["model"] != model)
    if int(percent) + others > 100:
        raise Refused(f"Other models are asked first for {others}%: at most {100 - others}% are left.")
    return _with(state, model, first_percent=int(percent))


def promote(state: State, model: str, typed: Mapping[str, str]) -> State:
    """First of all; nobody else's share is touched."""
    mine = _with(state, model, first_percent=0)["members"]
    return {**state, "members": sorted(mine, key=lambda each: each["model"] != model)}


def back(state: State, model: str, typed: Mapping[str, str], *, order: Sequence[str] = ()) -> State:
    """Asked first by nobody; of one that was made the first, all in the `order` that they had before."""
    members = _with(state, model, first_percent=0)["members"]
    if members[0]["model"] == model:
        if not order or len(members) == 1:
            raise Refused(f"{model} is not in the place of another: there is nothing to go back to.")
        places = {name: place for place, name in enumerate(order)}
        # What joined since stays behind those that were there; the model itself, if it was not, is the last.
        members = sorted(members, key=lambda each: places.get(each["model"], len(order)))
    return {**state, "members": members}


def _with(state: State, model: str, **values: Any) -> State:
    if model not in _names(state):
        raise Refused(f"{model} is not in the chain.")
    return {**state, "members": [each | values if each["model"] == model else each for each in state["members"]]}


def _names(state: State) -> list[str]:
    return [each["model"] for each in state["members"]]
