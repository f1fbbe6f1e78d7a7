"""aiops chains list, show, drill."""

import time
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.options import REMOTE, Json
from aiops.cli.plain import plain
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.remote import connect

group = typer.Typer(help="Chains: models in the order in which they are asked.", no_args_is_help=True)
app.add_typer(group, name="chains", rich_help_panel=REMOTE)

Chain = Annotated[str, typer.Argument(metavar="CHAIN", help="Its name.", show_default=False)]
_PAUSE: Final = 1.0
_COLUMNS: Final = ("Chain", "Models, in turn", "Deadline s", "Last drill", "Outcome")
_LIVE: Final = ("Model", "State", "Why", "Until", "Answered 15 min", "Failed 15 min", "Answered 24 h", "Failed 24 h")
_SCORES: Final = ("Model", "Suite", "Passes", "Between", "Standing", "Why")


@group.command("list")
def list_chains(as_json: Json = False) -> None:
    """Chains, and when each was last tried out."""
    console = connect()
    found = [{**chain, "last_drill": _newest(console, chain["name"])} for chain in console.pages("chains/")]
    if as_json:
        print_json(found)
    elif not found:
        typer.echo("No chain is declared. `aiops apply` brings one.")
    else:
        print_table(_COLUMNS, map(_row, found), numbers=("Deadline s",))


@group.command()
def show(chain: Chain, as_json: Json = False) -> None:
    """How its models stand now and why, the last fallback, and whether the others could stand in for the first one.

    Exit code 1: no second model is proven.
    """
    console = connect()
    live = console.get(f"chains/{_named(chain)}/")
    found = {**console.get(f"chains/{_named(chain)}/parity/"), "live": live}
    if as_json:
        print_json(found)
    else:
        print_table(_LIVE, map(_stands, live["members"]), numbers=_LIVE[4:], elastic=("Why",))
        for remark in live["remarks"]:
            typer.echo(plain(f"! {remark}"))
        typer.echo(plain(_fallback(live["last_fallback"])))
        print_table(_SCORES, [row for member in found["members"] for row in _scores(member)], elastic=("Why",))
    if not found["proven"]:
        fail(plain(f"{chain}: {found['lacks']}."), error="no_proven_second")


@group.command()
def drill(
    chain: Chain,
    timeout: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="Wait no longer than so.")] = 600.0,
    as_json: Json = False,
) -> None:
    """Make the first model fail in one real call of every gateway: another has to answer. Exit code 1: none did.

    \b
    aiops chains drill default
    """
    console = connect()
    found = console.post(f"chains/{_named(chain)}/drills/", {})
    deadline = time.monotonic() + timeout
    while found["finished_at"] is None:
        if time.monotonic() > deadline:
            fail(
                f"It is still under way after {timeout:g} s. Is a worker running? `aiops doctor` says.", error="timeout"
            )
        time.sleep(_PAUSE)
        found = console.get(f"chains/{_named(chain)}/drills/{found['id']}/")
    if as_json:
        print_json(found)
    else:
        for line in _lines(found):
            typer.echo(plain(line))
    if not found["passed"]:
        fail(plain(found["trouble"]), error="drill_failed")


def _named(chain: str) -> str:
    return quote(chain, safe="/")


def _newest(console: Any, chain: str) -> dict[str, Any] | None:
    drills: list[dict[str, Any]] = console.get(f"chains/{_named(chain)}/drills/", limit=1)["results"]
    return drills[0] if drills else None


def _row(chain: dict[str, Any]) -> list[object]:
    drill = chain["last_drill"]
    models = ", ".join(plain(member["model"]) for member in chain["members"])
    when = local(drill["started_at"]) if drill else "never"
    return [plain(chain["name"]), models, chain["deadline_seconds"], when, _outcome(drill) if drill else None]


def _outcome(drill: dict[str, Any]) -> str:
    if drill["finished_at"] is None:
        return "under way"
    told = "passed" if drill["passed"] else "not passed"
    return told if drill["is_current"] else f"{told}, with other models than now"


def _stands(member: dict[str, Any]) -> list[object]:
    until = local(member["until"]) if member["until"] else None
    state, why = member["state"].replace("_", " "), plain(member["why"])
    counts = (member[name] for name in ("answered_15m", "failed_15m", "answered_24h", "failed_24h"))
    return [plain(member["model"]), state, why, until, *counts]


def _fallback(last: dict[str, Any] | None) -> str:
    if last is None:
        return "No call fell back in the last 7 days."
    steps = [f"{step['label']}: {step['why']}" for step in last["in_vain"]]
    in_vain = "its answer broke off" if last["broke_off"] else "nobody answered"
    end = f"{last['served']} answered" if last["answered"] else in_vain
    return f"Last fallback {local(last['at'])}: {'; '.join([*steps, end])}. Call {last['call']}"


def _scores(member: dict[str, Any]) -> list[list[object]]:
    return [
        [plain(member["model"]), plain(each["suite"]), *_rate(each), each["standing"], plain(each["why"])]
        for each in member["scores"]
    ]


def _rate(score: dict[str, Any]) -> list[object]:
    if score["pass_rate"] is None:
        return [None, None]
    return [f"{score['pass_rate']:.1%}", f"{score['low']:.0%} and {score['high']:.0%}"]


def _lines(drill: dict[str, Any]) -> list[str]:
    answers = [
        f"{each['process'] or 'a gateway'}: {each['failed'] or 'nobody'} was made to fail, "
        f"{each['served'] or 'nobody'} answered in {each['ms']:,} ms. Call {each['call'] or 'unknown'}"
        for each in drill["answers"]
    ]
    return [*answers, *(["Passed."] if drill["passed"] else [])]
