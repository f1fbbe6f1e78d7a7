"""aiops kill --break-glass: stop without PostgreSQL, Redis or the console. No Django here, and no console's API."""

# ruff: noqa: PLC0415 - what talks to Redis takes 0.1 s to import, which the other commands must not pay
import getpass
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aiops.cli.app import app
from aiops.cli.failing import UNCONFIRMED, fail
from aiops.cli.options import Json
from aiops.cli.printing import print_json
from aiops.cli.stopping import Drain, NewOnly, Note, Reason, in_flight
from aiops.cli.targets import Named, naming_a_target
from aiops.lib import uuid7
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.naming import KINDS, Aim, Unknown, Unnamed, aim_at
from killswitch.breakglass.order import LONGEST_NOTE, GlassOrder, Unreadable
from killswitch.guard import ActiveStop
from killswitch.scopes import MESSAGES, Mode, check_mode

if TYPE_CHECKING:
    from aiops.embedded.home import Home

_PANEL = "This machine"


@app.command(rich_help_panel=_PANEL)
@naming_a_target
def kill(
    named: Named,
    break_glass: Annotated[bool, typer.Option("--break-glass", help="Past PostgreSQL, Redis and the console.")] = False,
    reason: Annotated[Reason, typer.Option(help="Why.")] = Reason.LOOKING,
    mode: Annotated[Mode, typer.Option(help="What callers get.")] = Mode.REFUSE,
    drain: Drain = None,
    new_only: NewOnly = False,
    note: Note = "",
    force: Annotated[bool, typer.Option("--force", help="Also of what is not known here yet.")] = False,
    as_json: Json = False,
) -> None:
    """Turn AI off on this machine's gateways when the console cannot; a target is named as for `aiops stop`.

    It only stops. The stop becomes one like any other as soon as PostgreSQL is back, and is lifted there. A tenant
    and the like may be named by its id, too.
    """
    from aiops.embedded.home import Home
    from aiops.embedded.settings import home_path

    if not break_glass:
        raise typer.BadParameter("`aiops stop` is the way while the console runs. When it cannot, say --break-glass.")
    extent = in_flight(drain, new_only=new_only)
    home = Home(home_path(os.environ))
    folder = Folder.of(home.path)
    aim = _aim(home, folder, named, force=force)
    try:
        check_mode(aim.scope, mode)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
    stop = ActiveStop(uuid7.new(), aim.key, reason.value, MESSAGES[mode], mode.value, **extent)
    order = GlassOrder(stop, _kept(note), f"{_user()}@{socket.gethostname()}", datetime.now(UTC))
    try:
        # What gateways could not read would stop nothing.
        GlassOrder.read(order.as_json())
    except (Unreadable, TypeError) as fault:
        fail(f"Nothing was stopped: {fault}.", error="unreadable")
    _carry_out(home.path, folder, order, aim, as_json=as_json)


def _aim(home: "Home", folder: Folder, named: Named, *, force: bool) -> Aim:
    from aiops.embedded.credentials import user_key
    from aiops.embedded.errors import BadSetting, CannotStart

    if named.all_tenants:
        # A feature alone is of everyone here, said or not; with anything else it is refused.
        named.body()
    try:
        key = user_key(home, os.environ) if named.user else ""
        return aim_at(folder.names(), named.names, everything=named.everything, force=force, user_key=key)
    except Unnamed as fault:
        raise typer.BadParameter(str(fault)) from None
    except Unknown as fault:
        fail(str(fault), error="not_found")
    except (BadSetting, CannotStart) as fault:
        fail(str(fault), error="no_user_key")


def _carry_out(home: Path, folder: Folder, order: GlassOrder, aim: Aim, *, as_json: bool) -> None:
    from aiops.cli.glass.confirming import confirm

    if not (home / "pids").is_dir():
        fail(f"{home} is no data folder of a console. Set AIOPS_HOME.", error="no_data_folder")
    try:
        file = folder.add(order)
    except OSError as fault:
        fail(f"{folder.path} cannot be written: {fault}. Run it as the user whose console this is.", error="no_folder")
    if not as_json:
        typer.echo(f"AI is to stop for {aim.what}, as {file} says.")
    found = confirm(home, folder, order)
    if as_json:
        named = {kind: aim.slugs.get(kind) for kind in KINDS}
        facts = {"stop": str(order.stop.id), "target": aim.key, "what": aim.what, **named, "file": str(file)}
        print_json(facts | found.as_facts())
    elif found.complete:
        typer.echo(found.told())
    if not found.complete:
        fail(found.told(), UNCONFIRMED, error="unconfirmed")


def _kept(note: str) -> str:
    """Nothing is left running over a note."""
    text = note.encode(errors="replace").decode()
    if len(text) <= LONGEST_NOTE:
        return text
    typer.echo(f"The note has {len(text):,} characters: its first {LONGEST_NOTE:,} are kept.", err=True)
    return text[:LONGEST_NOTE]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())
