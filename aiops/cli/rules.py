"""aiops rules: automatic stops."""

from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.options import REMOTE, Json
from aiops.cli.printing import cents, local, print_json, print_table
from aiops.cli.remote import connect

rules = typer.Typer(no_args_is_help=True, help="Rules that stop parts by themselves.")
app.add_typer(rules, name="rules", rich_help_panel=REMOTE)

Rule = Annotated[str, typer.Argument(metavar="RULE", help="Its slug, as `aiops rules list` shows it.")]
_STATES = {"off": "off", "shadow": "shadow", "asked": "asked to go live", "live": "live"}
_STAGES = {
    "open": "off",
    "trying_5": "trying 5% of the calls",
    "trying_25": "trying 25% of the calls",
    "latched": "off until a person lifts it",
}


@rules.command("list")
def list_(as_json: Json = False) -> None:
    """All rules, and how each stands."""
    rows = list(connect().pages("rules/"))
    if as_json:
        print_json(rows)
        return
    columns = ["Rule", "State", "Counts", "Stops", "Trips at", "Last look", "Name"]
    print_table(columns, (_row(rule) for rule in rows), elastic=("Name", "Last look"))


@rules.command()
def show(rule: Rule, as_json: Json = False) -> None:
    """One rule: what it keeps off, and what it did, or in shadow would have done."""
    console = connect()
    found, trips = console.get(f"rules/{rule}/"), list(console.get(f"rules/{rule}/trips/", limit=20)["results"])
    if as_json:
        print_json(found | {"trips": trips})
        return
    typer.echo(f"{found['name']}: {_STATES[found['state']]}. {found['watches']}")
    if found["blind"]:
        typer.echo(f"It stopped nothing in its last look. {found['blind']}")
    for each in found["standing"]:
        typer.echo(f"{each['name']}: {_STAGES[each['stage']]} since {local(each['since'])}{_in_shadow(each)}.")
    if not trips:
        typer.echo("It has never tripped.")
        return
    print_table(["At", "Until", "What", "Shadow", "Saw"], (_trip(trip) for trip in trips), elastic=("Saw", "What"))


@rules.command()
def propose(rule: Rule, as_json: Json = False) -> None:
    """Ask that a rule goes live; a second person or key has to agree."""
    _move(
        rule, "asked", as_json, "Asked that {name} goes live. A second person or key agrees: aiops rules approve {slug}"
    )


@rules.command()
def approve(rule: Rule, as_json: Json = False) -> None:
    """Agree, as a second person or key, that a rule goes live."""
    _move(rule, "live", as_json, "{name} is live: from its next look on it stops for real.")


@rules.command()
def shadow(rule: Rule, as_json: Json = False) -> None:
    """Let a rule only write down what it would do."""
    _move(rule, "shadow", as_json, "{name} is in shadow. Stops of it that stand keep standing to their end.")


@rules.command()
def off(rule: Rule, as_json: Json = False) -> None:
    """Let a rule look no more."""
    _move(rule, "off", as_json, "{name} is off. Stops of it that stand keep standing to their end.")


def _move(rule: str, to: str, as_json: bool, said: str) -> None:
    found = connect().post(f"rules/{rule}/move/", {"to": to})
    if as_json:
        print_json(found)
    else:
        typer.echo(said.format(**found))


def _row(rule: dict[str, Any]) -> list[object]:
    trips_at = f"{rule['trip'] * 100:g}%"
    if rule["signal"] == "cost":
        trips_at = f"{rule['trip']:g} ×, {cents(rule['min_usd_a_minute'])} a minute"
    last = f"stopped nothing: {rule['blind']}" if rule["blind"] else local(rule["looked_at"])
    scope = rule["scope"].replace("_", " ")
    return [rule["slug"], _STATES[rule["state"]], rule["signal"], scope, trips_at, last, rule["name"]]


def _trip(trip: dict[str, Any]) -> list[object]:
    until = local(trip["ended_at"]) if trip["ended_at"] else "still"
    return [local(trip["at"]), until, trip["name"], "yes" if trip["shadow"] else "no", trip["saw"]]


def _in_shadow(each: dict[str, Any]) -> str:
    return ", in shadow" if each["shadow"] else ""
