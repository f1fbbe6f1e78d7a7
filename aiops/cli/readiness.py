"""aiops readiness."""

from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import UNCONFIRMED
from aiops.cli.options import REMOTE, Json, filled
from aiops.cli.printing import counted, print_json, print_table
from aiops.cli.remote import connect

_COUNTS = {
    "Not met": "not_met", "Stale": "stale", "Waived": "waived", "Not applicable": "not_applicable",
    "Not measured": "not_measured",
}  # fmt: skip


@app.command(rich_help_panel=REMOTE)
def readiness(
    feature: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="Only this feature, with all of its items. (default: all)", callback=filled),
    ] = None,
    as_json: Json = False,
) -> None:
    """How many of 26 items each feature meets; exit code 3 when one is under the bar."""
    console = connect()
    found = [console.get(f"readiness/{feature}/")] if feature else list(console.pages("readiness/"))
    # Where no feature was asked, nothing is shown to be ready.
    is_at_bar = bool(found) and all(each["is_at_bar"] for each in found)
    if as_json:
        print_json({"is_at_bar": is_at_bar, "features": found})
    elif feature:
        _print_items(found[0])
    else:
        _print_features(found)
    raise typer.Exit(0 if is_at_bar else UNCONFIRMED)


def _print_features(found: list[dict[str, Any]]) -> None:
    if not found:
        typer.echo("No feature is declared.")
        return
    columns = ["Feature", "Counted", "Bar", *_COUNTS, "Ready"]
    rows = [
        [
            each["feature"],
            each["counted"],
            each["bar"],
            *(each["counts"][name] for name in _COUNTS.values()),
            "yes" if each["is_at_bar"] else "no",
        ]
        for each in found
    ]
    print_table(columns, rows, numbers=columns[1:-1])


def _print_items(found: dict[str, Any]) -> None:
    rows = [
        [each["number"], each["title"], each["state"].replace("_", " "), each["since"], each["evidence"]]
        for each in found["items"]
    ]
    print_table(["Item", "Title", "State", "Since", "Evidence"], rows, numbers=["Item"], elastic=["Title", "Evidence"])
    missing = found["bar"] - found["counted"]
    short = "ready" if missing <= 0 else f"{counted(missing, 'item')} short of {found['bar']}"
    typer.echo(f"{found['name']}: {found['counted']} of {len(found['items'])}, {short}.")
