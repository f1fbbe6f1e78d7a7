"""aiops spend."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.options import REMOTE, Feature, Json, Since, Tenant
from aiops.cli.printing import cents, counted, print_json, print_table, zoned
from aiops.cli.remote import connect
from aiops.lib.figures import small_percent


class By(StrEnum):
    FEATURE = "feature"
    TENANT = "tenant"
    MODEL = "model"


@app.command(rich_help_panel=REMOTE)
def spend(
    by: Annotated[By, typer.Option(help="A row for each.")] = By.FEATURE,
    since: Since = None,
    tenant: Tenant = None,
    feature: Feature = None,
    as_json: Json = False,
) -> None:
    """What was spent, this month unless --since says otherwise."""
    report = connect().get("spend/", by=by, since=since, tenant=tenant, feature=feature)
    if as_json:
        print_json(report)
    else:
        _print(report, by.value)


def _print(report: dict[str, Any], by: str) -> None:
    typer.echo(f"{zoned(report['since'])} to {zoned(report['until'])}")
    columns = [by.capitalize(), "Spend", "Share", "Calls", "Unpriced calls"]
    rows = [_row(row) for row in report["rows"]]
    rows.append(["Total", cents(report["total_usd"]), "", f"{report['calls']:,}", f"{report['unpriced_calls']:,}"])
    print_table(columns, rows, numbers=columns[1:])
    if report["unpriced_calls"]:
        unpriced = counted(report["unpriced_calls"], "call")
        typer.echo(f"Not in these sums: {unpriced} without a known price.")
    if report["kept_calls"]:
        typer.echo(_kept(report))


def _kept(report: dict[str, Any]) -> str:
    spared = report["saved_by_kept_usd"]
    saved = "" if spared is None else f", saved about {cents(spared)}".replace("about < ", "less than ")
    answers = f"{counted(report['kept_calls'], 'answer')}, {small_percent(report['kept_share'])}"
    return f"Given again from the cache: {answers}{saved}."


def _row(row: dict[str, Any]) -> list[object]:
    share = None if row["cost_usd"] is None or row["share"] is None else f"{row['share']:.1%}"
    return [row["label"], cents(row["cost_usd"]), share, f"{row['calls']:,}", f"{row['unpriced_calls']:,}"]
