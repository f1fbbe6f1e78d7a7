"""aiops kill --break-glass: stop without PostgreSQL, Redis or the console. No Django here, and no console's API."""

# ruff: noqa: PLC0415 - what talks to Redis takes 0.1 s to import, which the other commands must not pay
import getpass
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from aiops.cli.app import app
from aiops.cli.failing import UNCONFIRMED, fail
from aiops.cli.options import Json, filled
from aiops.cli.printing import print_json
from aiops.cli.stopping import Reason
from aiops.lib import uuid7
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.naming import Aim, Unknown, Unnamed, aim_at
from killswitch.breakglass.order import GlassOrder, Unreadable
from killswitch.guard import ActiveStop

_PANEL = "This machine"
# As `killswitch.services.order` says it of a refusal; that one needs Django.
_MESSAGE = "AI is switched off here for the time being. Everything else works; please try again later."


@app.command(rich_help_panel=_PANEL)
def kill(
    break_glass: Annotated[bool, typer.Option("--break-glass", help="Past PostgreSQL, Redis and the console.")] = False,
    everything: Annotated[bool, typer.Option("--everything", help="All tenants and features.")] = False,
    tenant: Annotated[
        str | None, typer.Option(metavar="SLUG", help="A tenant, by slug or id.", callback=filled)
    ] = None,
    feature: Annotated[
        str | None, typer.Option(metavar="SLUG", help="A feature: of the tenant, or else of everyone.", callback=filled)
    ] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="SLUG", help="A provider: chains go on without it.", callback=filled)
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="SLUG", help="A model: chains go on without it.", callback=filled)
    ] = None,
    reason: Annotated[Reason, typer.Option(help="Why.")] = Reason.LOOKING,
    note: Annotated[str, typer.Option(metavar="TEXT", help="For colleagues: what is going on.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Also of what is not known here yet.")] = False,
    as_json: Json = False,
) -> None:
    """Turn AI off on this machine's gateways when the console cannot. It only stops; calls under way are cut.

    The stop becomes one like any other as soon as PostgreSQL is back, and is lifted there.
    """
    from aiops.embedded.home import Home
    from aiops.embedded.settings import home_path

    if not break_glass:
        raise typer.BadParameter("`aiops stop` is the way while the console runs. When it cannot, say --break-glass.")
    home = Home(home_path(os.environ))
    folder = Folder.of(home.path)
    try:
        aim = aim_at(
            folder.names(), everything=everything, tenant=tenant, feature=feature, provider=provider, model=model,
            force=force,
        )  # fmt: skip
    except Unnamed as fault:
        raise typer.BadParameter(str(fault)) from None
    except Unknown as fault:
        fail(str(fault), error="not_found")
    stop = ActiveStop(uuid7.new(), aim.key, reason.value, _MESSAGE)
    order = GlassOrder(stop, note, f"{_user()}@{socket.gethostname()}", datetime.now(UTC))
    try:
        # What gateways could not read would stop nothing.
        GlassOrder.read(order.as_json())
    except (Unreadable, TypeError) as fault:
        fail(f"Nothing was stopped: {fault}.", error="unreadable")
    _carry_out(home.path, folder, order, aim, as_json=as_json)


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
        named = {kind: aim.slugs.get(kind) for kind in ("tenant", "feature", "provider", "model")}
        facts = {"stop": str(order.stop.id), "target": aim.key, "what": aim.what, **named, "file": str(file)}
        print_json(facts | found.as_facts())
    elif found.complete:
        typer.echo(found.told())
    if not found.complete:
        fail(found.told(), UNCONFIRMED, error="unconfirmed")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())
