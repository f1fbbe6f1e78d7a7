"""Options that several commands share."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from aiops.cli.printing import Stdout
from aiops.lib import durations

# What is longer is a slip of the pen.
_LONGEST: Final = timedelta(days=366)


def _since(text: str | None) -> str | None:
    if text is None:
        return None
    at = durations.moment(text, now=datetime.now(UTC))
    if at is None:
        raise typer.BadParameter(f"{text!r} is not {durations.MOMENTS}.")
    return at.astimezone(UTC).isoformat()


def filled(text: str | None) -> str | None:
    """A variable that is not set must not make a command mean more than was meant."""
    if text is not None and not text.strip():
        raise typer.BadParameter("it is given, but empty.")
    return text


def expiry(text: str | None) -> str | None:
    """The moment that far from now."""
    if text is None:
        return None
    length = durations.span(text)
    if length is None:
        raise typer.BadParameter(f"{text!r} is not {durations.SPANS}.")
    if length > _LONGEST:
        raise typer.BadParameter(f"{text!r} is longer than {_LONGEST.days} days.")
    return (datetime.now(UTC) + length).isoformat()


def checked(text: str | None) -> str | None:
    """The span itself, for what begins at another moment than now."""
    expiry(text)
    return text


# Where `aiops --help` lists what acts on a running console.
REMOTE = "A running console"

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs, of a refusal too.", callback=Stdout.begin)]
Since = Annotated[str | None, typer.Option(help=f"From then on: {durations.MOMENTS}.", callback=_since)]
Tenant = Annotated[str | None, typer.Option(metavar="SLUG", help="Only this tenant.", callback=filled)]
Feature = Annotated[str | None, typer.Option(metavar="SLUG", help="Only this feature.", callback=filled)]
