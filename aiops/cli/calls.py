"""aiops calls."""

from itertools import chain as chain_of
from itertools import islice
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.opened_call import print_opened
from aiops.cli.options import REMOTE, Feature, Json, Since, Tenant
from aiops.cli.printing import local, print_json_rows, print_table, usd
from aiops.cli.remote import connect
from costs.records import Outcome, PriceMatch
from costs.words import Grounding, Quotes, Sort

_PAGE = 1000
_SCREENFUL = 50


def _word(help: str, metavar: str = "TEXT") -> Any:
    return typer.Option(metavar=metavar, help=help)


@app.command(rich_help_panel=REMOTE)
def calls(
    tenant: Tenant = None,
    feature: Feature = None,
    user: Annotated[str | None, _word("Only this end user, as the caller named them.", "ID")] = None,
    session: Annotated[str | None, _word("Only this session.", "ID")] = None,
    since: Since = None,
    until: Annotated[str | None, _word("Up to then, as --since.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only calls that ended so.")] = None,
    id: Annotated[str | None, _word("Only ids that begin so, with six digits at least.", "DIGITS")] = None,
    environment: Annotated[str | None, _word("Only this environment.", "NAME")] = None,
    prompt_version: Annotated[str | None, _word("Only this version: its hash, or the beginning.", "HASH")] = None,
    model_asked: Annotated[str | None, _word("Only what asked for this model.", "NAME")] = None,
    model: Annotated[
        str | None, _word("Only what this model served, or was asked for last: by its provider's name for it.", "NAME")
    ] = None,
    provider: Annotated[str | None, _word("Only of this provider.", "NAME")] = None,
    chain: Annotated[str | None, _word("Only by this chain.", "NAME")] = None,
    error_code: Annotated[str | None, _word("Only with this code, as the caller was told it.", "CODE")] = None,
    hop_reason: Annotated[str | None, _word("Only where an attempt failed for this, as 429.", "REASON")] = None,
    stop: Annotated[str | None, _word("Only what this stop ended.", "ID")] = None,
    refusal: Annotated[str | None, _word("Only answers withheld for this, as low_confidence.", "REASON")] = None,
    grounding: Annotated[Grounding | None, typer.Option(help="Only where an answer from sources came to this.")] = None,
    quotes: Annotated[Quotes | None, typer.Option(help="Only with a quote that is so.")] = None,
    price_match: Annotated[PriceMatch | None, typer.Option(help="Only priced so.")] = None,
    price_version: Annotated[str | None, _word("Only priced by this price list.", "ID")] = None,
    fallback: Annotated[bool | None, typer.Option(help="Only with a fallback, or without.")] = None,
    kept: Annotated[bool | None, typer.Option(help="Only answered by a kept answer, or not.")] = None,
    streamed: Annotated[bool | None, typer.Option(help="Only streamed, or not.")] = None,
    simulated: Annotated[bool | None, typer.Option(help="Only simulated, or not.")] = None,
    estimated: Annotated[bool | None, typer.Option(help="Only by our own count, or not.")] = None,
    cost_at_least: Annotated[str | None, _word("In dollars.", "USD")] = None,
    cost_at_most: Annotated[str | None, _word("In dollars.", "USD")] = None,
    latency_at_least: Annotated[int | None, _word("In milliseconds.", "MS")] = None,
    latency_at_most: Annotated[int | None, _word("In milliseconds.", "MS")] = None,
    first_chunk_at_least: Annotated[int | None, _word("In milliseconds.", "MS")] = None,
    first_chunk_at_most: Annotated[int | None, _word("In milliseconds.", "MS")] = None,
    tokens_at_least: Annotated[int | None, _word("Of input and output together.", "N")] = None,
    tokens_at_most: Annotated[int | None, _word("Of input and output together.", "N")] = None,
    confidence_at_least: Annotated[str | None, _word("0 to 1.", "SHARE")] = None,
    confidence_at_most: Annotated[str | None, _word("0 to 1.", "SHARE")] = None,
    sort: Annotated[Sort | None, typer.Option(help="What comes first. (default: newest)")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many. (default: 50; all with --json)")] = None,
    as_json: Json = False,
) -> None:
    """Calls, newest first unless sorted otherwise: by every tag of a call. The one that --id finds is opened."""
    asked = {name: value for name, value in locals().items() if name not in ("limit", "as_json")}
    wanted = limit if limit or as_json else _SCREENFUL
    # One more than is shown tells whether there are more.
    lot = min(wanted + 1 if wanted else _PAGE, _PAGE)
    console = connect()
    rows = console.pages("calls/", **{name: _told(value) for name, value in asked.items()}, limit=lot)
    if id:
        found = list(islice(rows, 2))
        if len(found) == 1:
            _open(console.get(f"calls/{found[0]['id']}/"), as_json=as_json)
            return
        rows = chain_of(found, rows)
    chosen = islice(rows, wanted)
    if as_json:
        print_json_rows(chosen)
        return
    _print(list(chosen))
    if next(rows, None):
        which = "newest" if sort in (None, Sort.NEWEST) else "first"
        typer.echo(f"These are the {which} {wanted}; --limit N shows more, --json all.", err=True)


def _open(call: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        # An array, as of any number of calls.
        print_json_rows([call])
    else:
        print_opened(call)


def _told(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


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
