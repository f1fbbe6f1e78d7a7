"""aiops evals list, show, cancel."""

from itertools import islice
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from aiops.cli.evals.asking import clean
from aiops.cli.evals.group import group
from aiops.cli.evals.verdicts import tell
from aiops.cli.failing import fail
from aiops.cli.options import Json, filled
from aiops.cli.plain import plain
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.remote import connect

Run = Annotated[str, typer.Argument(metavar="RUN", help="Its id, as `aiops evals list` shows it.", show_default=False)]
_COLUMNS: Final = ("Started", "Suite", "Prompt", "Head", "Base", "State", "Verdict", "Calls", "By", "Run")
_SCREENFUL: Final = 50
_ARMS: Final = ("Arm", "Version", "Passed", "Measured", "Refused", "Cost", "Latency p95 ms", "Models")


@group.command("list")
def list_runs(
    suite: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this suite.", callback=filled)] = None,
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this prompt.", callback=filled)] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = _SCREENFUL,
    as_json: Json = False,
) -> None:
    """Runs, newest first."""
    pages = connect().pages("runs/", suite=suite, prompt=prompt, limit=min(limit, 1000))
    runs = list(islice(pages, limit))
    if as_json:
        print_json(runs)
    elif not runs:
        typer.echo("No run fits.")
    else:
        print_table(_COLUMNS, (_row(clean(run)) for run in runs), numbers=("Calls",), elastic=("By",))


@group.command()
def show(run: Run, as_json: Json = False) -> None:
    """How far a run is, and what it says."""
    found = clean(connect().get(path_of(run)))
    if as_json:
        print_json(found)
        return
    if found["state"] == "running":
        typer.echo(f"{found['done']:,} of {found['planned']:,} calls are done\n  {found['url']}")
        return
    tell(found)
    arms = found["report"].get("arms", {})
    print_table(_ARMS, (_arm(found, name, arms[name]) for name in arms), numbers=_ARMS[2:-1])


@group.command()
def cancel(run: Run, as_json: Json = False) -> None:
    """Ask nothing more; what came is kept."""
    found = clean(connect().post(f"{path_of(run)}cancel/", {}))
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{found['state'].capitalize()} after {found['done']:,} of {found['planned']:,} calls.")


def path_of(run: str) -> str:
    """What cannot be an id would be another address, which the console tells in words of addresses."""
    try:
        return f"runs/{UUID(run)}/"
    except ValueError:
        fail(plain(f"There is no run {run!r}. `aiops evals list` shows them."), error="not_found")


def _row(run: dict[str, Any]) -> list[object]:
    what = [local(run["started_at"]), run["suite"], run["prompt"], run["head_label"], run["base_label"]]
    return [*what, run["state"], run["verdict"], f"{run['done']:,}/{run['planned']:,}", run["started_by"], run["id"]]


def _arm(run: dict[str, Any], name: str, sums: dict[str, Any]) -> list[object]:
    cost = None if sums["cost_usd"] is None else f"${sums['cost_usd']}"
    models = ", ".join(sums["models"])
    facts = [sums["passed"], sums["measured"], sums["refused"], cost, sums["latency_p95_ms"], models]
    return [name, run[f"{name}_label"], *facts]
