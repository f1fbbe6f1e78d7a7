"""aiops stop --at, aiops plans list, cancel."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.ids import id_of
from aiops.cli.options import REMOTE, Json, Tenant, checked
from aiops.cli.printing import local, print_json, print_table, zoned
from aiops.cli.remote import Console, connect, read, refusal
from aiops.cli.targets import spoken_of
from aiops.lib import durations, figures

group = typer.Typer(help="Stops that are to be made at a moment.", invoke_without_command=True)
app.add_typer(group, name="plans", rich_help_panel=REMOTE)

At = Annotated[str | None, typer.Option("--at", metavar="TIME", help=f"Not now but then: {durations.UPCOMING}.")]
In = Annotated[
    str | None, typer.Option("--in", metavar="SPAN", help=f"Not now but in {durations.SPANS}.", callback=checked)
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The plan's id.", callback=id_of("a plan"))]


def start(at: str | None, within: str | None) -> datetime | None:
    """None: now."""
    if at is not None and within is not None:
        raise typer.BadParameter("--at and --in exclude each other.")
    now = datetime.now(UTC)
    if within is not None:
        return now + (durations.span(within) or timedelta())
    if at is None:
        return None
    found = durations.upcoming(at, now=now)
    if found is None:
        raise typer.BadParameter(f"{at!r} is not {durations.UPCOMING}.")
    return found


def plan(
    console: Console, body: dict[str, Any], starts_at: datetime, lasts: str | None, *, wait: bool, as_json: bool
) -> None:  # fmt: skip
    """`lasts`: from its start on."""
    if wait:
        raise typer.BadParameter("--wait is for a stop that is made now.")
    length = durations.span(lasts) if lasts else None
    ending = {"lasts_seconds": int(length.total_seconds())} if length else {}
    made = console.post("plans/", {**body, **ending, "starts_at": starts_at.isoformat()})
    if as_json:
        print_json(made)
        return
    typer.echo(_planned(made, starts_at - datetime.now(UTC)))
    typer.echo(f"Not after all: `aiops plans cancel {made['id']}`.")


def _planned(made: dict[str, Any], ahead: timedelta) -> str:
    state = "limited" if made["mode"] == "read_only" else "off"
    until = f", until {zoned(made['expires_at'])}" if made["expires_at"] else ""
    return f"AI goes {state} for {spoken_of(made)} at {zoned(made['starts_at'])}, in {figures.span(ahead)}{until}."


@group.callback()
def _alone(context: typer.Context) -> None:
    """Stops that are to be made at a moment: `aiops stop --at`. Alone: which."""
    if context.invoked_subcommand is None:
        list_them(tenant=None, everything=False, as_json=False)


@group.command("list")
def list_them(
    tenant: Tenant = None,
    everything: Annotated[bool, typer.Option("--all", help="Started, cancelled and failed ones too.")] = False,
    as_json: Json = False,
) -> None:
    """What is to be stopped, and when."""
    rows = list(connect().pages("plans/", tenant=tenant, state="all" if everything else "waiting", limit=1000))
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo(f"No stop {'was ever' if everything else 'is'} planned{f' for {tenant}' if tenant else ''}.")
        return
    columns = ["ID", "Target", "Mode", "Reason", "From", "Until", "By", "State", "Note"]
    rows.sort(key=lambda row: row["starts_at"])
    print_table(columns, map(_row, rows), elastic=("Note", "By"))


@group.command()
def cancel(plan_id: Id, as_json: Json = False) -> None:
    """Let nothing be stopped at its moment."""
    answer = connect().try_post(f"plans/{plan_id}/cancel/", {})
    if answer.is_error:
        fail(_refused(answer))
    made = read(answer)
    if as_json:
        print_json(made)
    else:
        typer.echo(f"Cancelled: nothing is turned off for {spoken_of(made)} at {zoned(made['starts_at'])}.")


def _refused(answer: Any) -> str:
    """That it is the operator's is not a matter of this token's role."""
    error = read(answer).get("error", {})
    return str(error["detail"]) if error.get("code") == "operators_stop" else refusal(answer)


def _row(row: dict[str, Any]) -> list[object]:
    state = {"not_started": "could not start"}.get(row["state"], row["state"])
    when = [local(row["starts_at"]), local(row["expires_at"])]
    told = [spoken_of(row), row["mode"], row["reason"], *when, row["made_by"], state]
    return [row["id"], *told, row["why_not"] or row["note"]]
