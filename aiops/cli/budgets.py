"""aiops budget list, set, remove."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.options import REMOTE, Feature, Json, Tenant
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.remote import Console, connect

group = typer.Typer(help="What may be spent, and what refuses calls.", no_args_is_help=True)
app.add_typer(group, name="budget", rich_help_panel=REMOTE)


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


OfPeriod = Annotated[Period, typer.Option(help="Of which a new one begins the count anew, in UTC.")]


@group.command("list")
def show(tenant: Tenant = None, as_json: Json = False) -> None:
    """Every budget, and how it stands in its period."""
    rows = list(connect().pages("budgets/", tenant=tenant, limit=1000))
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo(f"No budget is set{f' for {tenant}' if tenant else ''}. Set one: aiops budget set 250 --tenant SLUG")
        return
    columns = ["Scope", "Period", "Kind", "Budget", "Spent", "Used", "Reserved", "Refused", "Resets"]
    print_table(columns, map(_row, rows), numbers=columns[3:8], elastic=("Scope",))


@group.command("set")
def put(
    amount: Annotated[str, typer.Argument(metavar="USD", help="Such as 250 or 0.50.")],
    tenant: Tenant = None,
    feature: Feature = None,
    period: OfPeriod = Period.MONTH,
    hard: Annotated[
        bool | None, typer.Option("--hard/--soft", help="Refuse calls, or only tell. (default: as it is; new: soft)")
    ] = None,
    as_json: Json = False,
) -> None:
    """Set what may be spent: without --tenant over all tenants, without --feature over all features."""
    body = {"amount_usd": amount, "tenant": tenant, "feature": feature, "period": period}
    kind = {} if hard is None else {"kind": "hard" if hard else "soft"}
    made = connect().post("budgets/", {name: value for name, value in body.items() if value is not None} | kind)
    if as_json:
        print_json(made)
    else:
        told = "Calls that could pass it are refused" if made["kind"] == "hard" else "It tells, and refuses nothing"
        typer.echo(f"{_scope(made)}: ${made['amount_usd']} {_span(made)}, ${made['spent_usd']} spent. {told}.")


@group.command()
def remove(
    tenant: Tenant = None, feature: Feature = None, period: OfPeriod = Period.MONTH, as_json: Json = False
) -> None:
    """Limit these calls no more."""
    console = connect()
    found = _find(console, tenant, feature, period)
    console.delete(f"budgets/{found['id']}/")
    if as_json:
        print_json(found)
    else:
        typer.echo(f"Removed: {_scope(found)}, ${found['amount_usd']} {_span(found)}.")


def _find(console: Console, tenant: str | None, feature: str | None, period: Period) -> dict[str, Any]:
    wanted = (tenant, feature, period.value)
    for budget in console.pages("budgets/", limit=1000):
        if (budget["tenant"], budget["feature"], budget["period"]) == wanted:
            return budget
    fail("There is no budget of this scope and period. See: aiops budget list", error="not_found")


def _row(budget: dict[str, Any]) -> list[object]:
    reserved = budget["reserved_usd"]
    return [
        _scope(budget),
        budget["period"],
        budget["kind"],
        f"${budget['amount_usd']}",
        f"${budget['spent_usd']}",
        f"{budget['used']:.1%}",
        None if reserved is None else f"${reserved}",
        f"{budget['refused_calls']:,}",
        local(budget["resets_at"]) if budget["resets_at"] else "never",
    ]


def _scope(budget: dict[str, Any]) -> str:
    tenant, feature = budget["tenant"] or "everything", budget["feature"]
    return f"{tenant}/{feature}" if feature else str(tenant)


def _span(budget: dict[str, Any]) -> str:
    return "in total" if budget["period"] == "total" else f"a {budget['period']}"
