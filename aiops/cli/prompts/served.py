"""Who is served what from now on, in words."""

from typing import Any

from aiops.cli.plain import plain


def said(released: dict[str, Any]) -> str:
    made, before = released["release"], released["before"]
    lines = [f"{_what(made, before and before[:10])} Revision {released['revision']}."]
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


def _what(made: dict[str, Any], before: str | None) -> str:
    if made["percent"] == 0:
        return _ended(made)
    version = f"{made['prompt']} {made['label']} ({made['version'][:10]})"
    if made["lane"] == "canary":
        return f"{made['percent']} % of {_whose(made)} are served {version}; until now {before or 'nothing'}."
    verb = "goes back to" if made["kind"] == "rollback" else "serves"
    if made["tenant"]:
        whose = f"{made['environment']} {verb} {version} to {made['tenant']} alone"
        return f"{whose}; until now {before or 'what everybody gets'}."
    return f"{made['environment']} {verb} {version}; until now {before or 'nothing'}."


def _ended(made: dict[str, Any]) -> str:
    what = f"{made['prompt']} {made['label']}"
    if made["lane"] == "canary":
        return f"The canary of {what} has ended: all of {_whose(made)} get what the others got."
    if made["tenant"]:
        return f"{made['environment']} serves {made['tenant']} no {what} of its own any more: it gets what all get."
    return f"{made['environment']} serves {made['prompt']} no more; until now {made['label']}."


def _whose(made: dict[str, Any]) -> str:
    return f"{made['tenant']} in {made['environment']}" if made["tenant"] else str(made["environment"])
