"""aiops calls."""

from itertools import islice
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.options import REMOTE, Feature, Json, Since, Tenant
from aiops.cli.printing import local, print_json_rows, print_table, usd
from aiops.cli.remote import connect
from costs.records import Outcome

_PAGE = 1000
_SCREENFUL = 50


@app.command(rich_help_panel=REMOTE)
def calls(
    tenant: Tenant = None,
    feature: Feature = None,
    user: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this end user, as the caller named them.")
    ] = None,
    session: Annotated[str | None, typer.Option(metavar="ID", help="Only this session.")] = None,
    since: Since = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only calls that ended so.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many. (default: 50; all with --json)")] = None,
    as_json: Json = False,
) -> None:
    """Calls, newest first."""
    wanted = limit if limit or as_json else _SCREENFUL
    rows = connect().pages(
        "calls/",
        tenant=tenant,
        feature=feature,
        user=user,
        session=session,
        since=since,
        outcome=outcome,
        # One more than is shown tells whether there are more.
        limit=min(wanted + 1 if wanted else _PAGE, _PAGE),
    )
    chosen = islice(rows, wanted)
    if as_json:
        print_json_rows(chosen)
        return
    _print(list(chosen))
    if next(rows, None):
        typer.echo(f"These are the newest {wanted}; --limit N shows more, --json all.", err=True)


def _print(rows: list[dict[str, Any]]) -> None:
    if not rows:
        typer.echo("No call fits.")
        return
    columns = ["When", "Outcome", "Tenant", "Feature", "Model", "Tokens", "Cost", "ms", "User", "Call"]
    print_table(columns, map(_row, rows), numbers=("Tokens", "Cost", "ms"), elastic=("User", "Call"))


def _row(call: dict[str, Any]) -> list[object]:
    tokens = f"{call['input_tokens']:,} → {call['output_tokens']:,}"
    when, cost = local(call["created_at"]), usd(call["cost_usd"])
    what = [call["tenant"], call["feature"], call["model"], tokens, cost, call["latency_ms"], call["user"], call["id"]]
    return [when, _end(call), *what]


def _end(call: dict[str, Any]) -> str:
    marks = [mark for mark in ("fallback", "simulated") if call[mark]]
    return ", ".join([call["outcome"], *marks])
