"""aiops prompts release, rollback, end."""

from typing import Annotated

import typer

from aiops.cli.failing import UNCONFIRMED, fail
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.planning import At, In, start
from aiops.cli.printing import print_json
from aiops.cli.prompts.confirming import Confirmations, confirmations, gateway_address
from aiops.cli.prompts.group import group
from aiops.cli.prompts.planned import plan
from aiops.cli.prompts.served import said
from aiops.cli.prompts.stopped import tell_stopped
from aiops.cli.remote import Console, connect

Name = Annotated[str, typer.Argument(help="Of the prompt.", show_default=False)]
Environment = Annotated[str, typer.Option(metavar="ENV", help="production, staging, …")]
Note = Annotated[str, typer.Option(metavar="TEXT", help="For colleagues: why.")]
Wait = Annotated[bool, typer.Option("--wait", help="Return when every gateway serves it.")]
Timeout = Annotated[float, typer.Option(min=0, metavar="SECONDS", help="With --wait: give up, with exit code 3.")]
Tenant = Annotated[
    str | None, typer.Option(metavar="TENANT", help="It alone gets it, whatever all others get. (default: everybody)")
]
Expected = Annotated[
    str | None,
    typer.Option(
        metavar="HASH", help="What you saw served, a hash or v17: if it is another by now, nothing is changed."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Without --tenant: do not ask.")]
_Order = dict[str, str | int | None]


@group.command()
def release(
    name: Name,
    version: Annotated[str, typer.Option(metavar="HASH", help="Its hash, the beginning of it, or v17.")],
    environment: Environment,
    tenant: Tenant = None,
    percent: Annotated[
        int | None,
        typer.Option(min=1, max=100, metavar="N", help="A canary: so many of 100 people get it, always the same ones."),
    ] = None,
    override: Annotated[
        str | None, typer.Option(metavar="REASON", help="Why, without a green verdict. Goes into the audit log.")
    ] = None,
    expected: Expected = None,
    note: Note = "",
    at: At = None,
    within: In = None,
    ask: Annotated[bool, typer.Option("--ask", help="Have a second person approve it.")] = False,
    wait: Wait = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Let a version go live. Refused unless its suites are green on this very content, or --override says why.

    Where it takes a second person, --ask for it; --at or --in have it done later.

    \b
    aiops prompts release support-answer --version 3f2a91c0 --environment production
    aiops prompts release support-answer --version v18 --environment production --percent 5
    aiops prompts release support-answer --version v18 --environment production --tenant acme
    aiops prompts release support-answer --version v18 --environment production --ask --at 18:00
    """
    due = start(at, within)
    order: _Order = {"version": version, "environment": environment, "tenant": tenant, "percent": percent}
    order |= {"override": override, "note": note}
    if ask or due is not None:
        if expected is not None:
            raise typer.BadParameter("it is for a release that is made now.", param_hint="--expected")
        plan(name, order, due, ask=ask, wait=wait, as_json=as_json)
        return
    order |= {"expected_version": expected}
    _order(f"prompts/{name}/release/", order, wait=wait, timeout=timeout, as_json=as_json)


@group.command()
def rollback(
    name: Name,
    environment: Environment,
    tenant: Tenant = None,
    version: Annotated[
        str | None, typer.Option(metavar="HASH", help="Another one that was live there. (default: the one before)")
    ] = None,
    expected: Expected = None,
    note: Note = "",
    wait: Wait = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Serve again what was served before; while a canary is under way, end it. Needs no verdict.

    \b
    aiops prompts rollback support-answer --environment production --wait
    aiops prompts rollback support-answer --environment production --expected v18
    """
    order: _Order = {"version": version, "environment": environment, "tenant": tenant, "note": note}
    order |= {"expected": _newest(name, environment), "expected_version": expected}
    _order(f"prompts/{name}/rollback/", order, wait=wait, timeout=timeout, as_json=as_json)


@group.command()
def end(
    name: Name,
    environment: Environment,
    tenant: Tenant = None,
    expected: Expected = None,
    note: Note = "",
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Serve a prompt there no more: a tenant gets what everybody gets; without --tenant nobody is served it.

    \b
    aiops prompts end support-answer --environment production --tenant acme
    aiops prompts end support-answer --environment staging
    """
    if tenant is None and not yes and as_json:
        raise typer.BadParameter("With --json nobody can be asked: ending it for everybody needs --yes.")
    newest = _newest(name, environment)
    if tenant is None and not yes:
        refused = f"Calls from {environment} that name {name} are then refused"
        typer.echo(plain(f"{refused}, but for tenants with a version of their own."), err=True)
        typer.confirm("End it for everybody?", abort=True, err=True)
    order: _Order = {"environment": environment, "tenant": tenant, "note": note}
    order |= {"expected": newest, "expected_version": expected}
    _order(f"prompts/{name}/end/", order, wait=wait, timeout=timeout, as_json=as_json)


def _newest(name: str, environment: str) -> int:
    """What is decided on: if somebody else releases or goes back at the same time, one of both is refused."""
    newest = connect().get(f"prompts/{name}/releases/", environment=environment, limit=1)["results"]
    return int(newest[0]["number"]) if newest else 0


def _order(path: str, order: _Order, *, wait: bool, timeout: float, as_json: bool) -> None:
    console = connect()
    # Before anything is released: where to look is no question for afterwards.
    gateway = gateway_address() if wait else ""
    released = console.post(path, {name: value for name, value in order.items() if value is not None})
    if not as_json:
        typer.echo(said(released))
        tell_stopped(released)
    confirmed = _confirmed(console, gateway, released["revision"], timeout) if wait else None
    if as_json:
        print_json(released | {"confirmations": confirmed._asdict() if confirmed else None})
    elif confirmed is not None and confirmed.complete:
        typer.echo(_served(confirmed))
    if confirmed is not None and not confirmed.complete:
        fail(_unconfirmed(confirmed, timeout), UNCONFIRMED)


def _confirmed(console: Console, gateway: str, revision: int, timeout: float) -> Confirmations:
    # How many gateways there are, the console tells with the switches.
    total = console.get("stops/revisions/0/")["total"]
    return confirmations(gateway, revision, total=total, timeout=timeout)


def _served(confirmed: Confirmations) -> str:
    if not confirmed.total:
        return "No gateway is running, so no call can ask for it."
    return f"{confirmed.confirmed} of {confirmed.total} gateways serve it, after {confirmed.seconds:.2f} s."


def _unconfirmed(confirmed: Confirmations, timeout: float) -> str:
    late = ", ".join(confirmed.laggards) or "none that answers at that address"
    return (
        f"It is released, but after {timeout:g} s only {confirmed.confirmed} of {confirmed.total} gateways were seen "
        f"to serve it. Behind: {late}."
    )
