"""aiops prompts protect."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.prompts.group import group
from aiops.cli.remote import Console, connect


class Role(StrEnum):
    ENGINEER = "engineer"
    ADMIN = "admin"


@group.command()
def protect(
    environment: Annotated[
        str | None, typer.Argument(help="production, staging, … (default: list them)", show_default=False)
    ] = None,
    role: Annotated[
        Role | None, typer.Option(help="Who may release there: engineers and admins, or admins alone.")
    ] = None,
    second_person: Annotated[
        bool | None,
        typer.Option("--second-person/--no-second-person", help="Whoever asks for a release does not approve it."),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Protect it no more.")] = False,
    as_json: Json = False,
) -> None:
    """Say what a release to an environment takes, besides a verdict. What is not named stays as it is.

    Going back, and ending a canary, take none of it.

    \b
    aiops prompts protect production --second-person
    aiops prompts protect production --role admin
    """
    if (role is not None or second_person is not None) and (off or environment is None):
        raise typer.BadParameter("--role and --second-person are of an environment that is to be protected.")
    if off and environment is None:
        raise typer.BadParameter("--off: name the environment.")
    console = connect()
    if environment is None:
        _list(console, as_json=as_json)
    elif off:
        _unprotect(console, environment, as_json=as_json)
    else:
        _protect(console, environment, role, second_person, as_json=as_json)


def _list(console: Console, *, as_json: bool) -> None:
    rows = list(console.pages("prompt-environments/", limit=1000))
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("No environment is protected: whoever may release may do it alone.")
    else:
        print_table(["Environment", "Released to by", "Second person", "Since", "By"], map(_row, rows), elastic=("By",))


def _unprotect(console: Console, environment: str, *, as_json: bool) -> None:
    console.delete(f"prompt-environments/{environment}/")
    if as_json:
        print_json({"environment": environment, "protected": False})
    else:
        typer.echo(plain(f"{environment} is not protected: whoever may release may do it alone."))


def _protect(
    console: Console, environment: str, role: Role | None, second_person: bool | None, *, as_json: bool
) -> None:
    # Only what was said: the console keeps the rest, also what somebody else says at the same time.
    order = {"role": role, "second_person": second_person}
    said = {name: value for name, value in order.items() if value is not None}
    made = console.put(f"prompt-environments/{environment}/", said)
    if as_json:
        print_json(made)
        return
    second = ", and a second person approves it" if made["second_person"] else ""
    typer.echo(plain(f"{made['environment']}: {_who(made)} release{second}."))


def _who(row: dict[str, Any]) -> str:
    return "admins" if row["role"] == Role.ADMIN else "engineers and admins"


def _row(row: dict[str, Any]) -> list[object]:
    return [
        row["environment"],
        _who(row),
        "yes" if row["second_person"] else "no",
        local(row["changed_at"]),
        row["changed_by"],
    ]
