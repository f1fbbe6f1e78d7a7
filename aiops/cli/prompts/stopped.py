"""That what goes live is switched off."""

from typing import Any, Final

import typer

from aiops.cli.plain import plain

_CALLS: Final = {"canned": "get the feature's safe answer"}


def tell_stopped(released: dict[str, Any]) -> None:
    """On stderr. A console of the version before does not tell."""
    stop, made = released.get("stopped"), released["release"]
    if stop is None:
        return
    what = _CALLS.get(stop["mode"], "are refused")
    lift = f"aiops lift --prompt {made['prompt']}@{made['label']}"
    typer.echo(plain(f"{made['label']} is stopped: its calls {what} until it is turned on again: {lift}"), err=True)
