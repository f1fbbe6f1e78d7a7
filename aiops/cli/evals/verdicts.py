"""What a finished run says, as sentences."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import typer

from aiops.cli.evals.exits import MEASURED, NOT_MEASURED
from aiops.cli.evals.watching import title

COLOURS: Final = {
    "pass": typer.colors.GREEN,
    "blocked": typer.colors.RED,
    "inconclusive": typer.colors.YELLOW,
    NOT_MEASURED: typer.colors.YELLOW,
}


def verdict_of(run: Mapping[str, Any]) -> str:
    """What was broken off has none, and then nothing was measured."""
    return str(run["verdict"] or (MEASURED if _measured(run) else NOT_MEASURED))


def sentences_of(run: Mapping[str, Any]) -> list[str]:
    if run["state"] == "cancelled":
        return [f"It was cancelled after {run['done']:,} of {run['planned']:,} calls."]
    said = list(run["report"].get("gate", {}).get("sentences", ()))
    return said if run["verdict"] else [*said, *_measured(run)]


def _measured(run: Mapping[str, Any]) -> list[str]:
    """Of one that judges nothing: what it found, if it could measure anything."""
    head = run["report"].get("arms", {}).get("head", {}) if run["state"] == "finished" else {}
    return [f"{head['passed']:,} of {head['measured']:,} answers pass."] if head.get("measured") else []


def tell(run: dict[str, Any], lost: Sequence[str] = ()) -> None:
    """`lost`: why answers could not be measured."""
    typer.echo(f"{title(run)}: ", nl=False)
    tell_verdict(verdict_of(run), [*sentences_of(run), *lost])
    typer.echo(f"  {run['url']}")


def tell_verdict(verdict: str, sentences: Sequence[str]) -> None:
    typer.secho(verdict, fg=COLOURS.get(verdict), bold=True)
    for sentence in sentences:
        typer.echo(f"  {sentence}")
