"""Who is served what from now on, in words."""

from collections.abc import Sequence
from typing import Any, Final

from aiops.cli.plain import plain

_SHORT: Final = 10
# So many lanes are told one by one.
_NAMED: Final = 3


def said(released: dict[str, Any]) -> str:
    # A console of the version before does not tell what tenants keep.
    kept = _kept(released.get("kept") or {})
    lines = [f"{_what(released)} {kept}Revision {released['revision']}."]
    return "\n".join(map(plain, [*lines, *map(_planned, released.get("planned", ()))]))


def _planned(plan: dict[str, Any]) -> str:
    """A release that waits there: who goes back at night must know whether it comes again by itself."""
    due = f"is planned for {plan['due_at'][:16].replace('T', ' ')} UTC" if plan["due_at"] else "waits to be approved"
    whose = f" for {plan['tenant']}" if plan["tenant"] else ""
    fate = f"It will not go live. {plan['why']}" if plan["why"] else "It still stands."
    return (
        f"{plan['label']} {due}{whose}, asked by {plan['asked_by']}. {fate} "
        f"`aiops prompts cancel {plan['id']}` takes it away."
    )


def _what(released: dict[str, Any]) -> str:
    made, before = released["release"], released["before"]
    if made["percent"] == 0:
        return _ended(made)
    version = f"{made['prompt']} {made['label']} ({made['version'][:_SHORT]})"
    if made["lane"] == "canary":
        return f"{made['percent']}% of {_whose(made)} are served {version}; until now {_until_now(released)}."
    before = before and before[:_SHORT]
    verb = "goes back to" if made["kind"] == "rollback" else "serves"
    if made["tenant"]:
        whose = f"{made['environment']} {verb} {version} to {made['tenant']} alone"
        return f"{whose}; until now {before or 'what everybody gets'}."
    return f"{made['environment']} {verb} {version}; until now {before or 'nothing'}."


def _until_now(released: dict[str, Any]) -> str:
    """Of a canary: what all others get, or the canary in whose place it is."""
    before, percent = released["before"], released.get("before_percent", 100)
    if not before:
        return "what all others get"
    if before == released["release"]["version"]:
        return f"{percent}%"
    short = before[:_SHORT]
    return f"{short}, as all others" if percent == 100 else f"{percent}% were served {short}"


def _ended(made: dict[str, Any]) -> str:
    what = f"{made['prompt']} {made['label']}"
    if made["lane"] == "canary":
        return f"The canary of {what} has ended: all of {_whose(made)} get what the others got."
    if made["tenant"]:
        return f"{made['environment']} serves {made['tenant']} no {what} of its own any more: it gets what all get."
    return f"{made['environment']} serves {made['prompt']} no more; until now {made['label']}."


def _kept(kept: dict[str, Any]) -> str:
    """`acme keeps v2 of its own; 10% of globex keep v3. `, `12 tenants keep versions of their own: v2, v3. `."""
    lanes: Sequence[dict[str, Any]] = kept.get("lanes", ())
    if not lanes:
        return ""
    if len(lanes) <= _NAMED:
        return f"{'; '.join(map(_of_lane, lanes))}. "
    one = kept["tenants"] == 1
    who = "1 tenant keeps versions of its own" if one else f"{kept['tenants']:,} tenants keep versions of their own"
    return f"{who}: {', '.join(kept['versions'])}. "


def _of_lane(lane: dict[str, Any]) -> str:
    if lane["percent"] < 100:
        return f"{lane['percent']}% of {lane['tenant']} keep {lane['label']}"
    return f"{lane['tenant']} keeps {lane['label']} of its own"


def _whose(made: dict[str, Any]) -> str:
    return f"{made['tenant']} in {made['environment']}" if made["tenant"] else str(made["environment"])
