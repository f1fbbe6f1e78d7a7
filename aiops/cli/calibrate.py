"""aiops calibrate."""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

import typer

from aiops.cli.app import app
from aiops.cli.evals.asking import Asking, Failed, clean
from aiops.cli.evals.watching import watch
from aiops.cli.failing import fail
from aiops.cli.options import Json, filled
from aiops.cli.printing import print_json
from aiops.cli.prompts.group import PANEL

NO_THRESHOLD: Final = 1
INTERRUPTED: Final = 130


def share(text: str) -> str:
    """2%, 0.5% or 0.02, as a share."""
    found = re.fullmatch(r"\s*([0-9.]+)\s*(%?)\s*", text)
    try:
        value = Decimal(found[1]) / (100 if found[2] else 1) if found else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_nan() or not 0 < value < 1:
        raise typer.BadParameter(f"{text!r} is not a share such as 2% or 0.02.")
    return f"{value.normalize():f}"


@app.command(rich_help_panel=PANEL)
def calibrate(
    feature: Annotated[str, typer.Argument(metavar="FEATURE", help="Whose threshold.", show_default=False)],
    suite: Annotated[str, typer.Option(metavar="NAME", help="Whose cases say what is right.", callback=filled)],
    target: Annotated[
        str, typer.Option(metavar="SHARE", help="Of all questions, answered wrongly.", callback=share)
    ] = "2%",
    run: Annotated[
        str | None, typer.Option(metavar="RUN", help="One that measured confidence. (default: the newest)")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask the suite now, and wait for its end.")] = False,
    prompt: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --ask: of which prompt. (default: the suite's own)")
    ] = None,
    head: Annotated[
        str | None, typer.Option(metavar="VERSION", help="With --ask: of which version. (default: what is live)")
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="With --ask: wait no longer.")] = 3600.0,
    apply: Annotated[bool, typer.Option("--apply", help="Set the threshold.")] = False,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="With --apply: why, when the run is not of what is live.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Find the confidence below which a feature's answers must be refused, so that few of them are wrong.

    Exit code 1 when no threshold holds the target.

    \b
    aiops calibrate draft-replies --suite draft-replies --target 2% --ask
    aiops calibrate draft-replies --suite draft-replies --target 2% --apply
    """
    try:
        console = Asking.connect()
        run = _asked(console, feature, {"suite": suite, "prompt": prompt, "head": head}, timeout) if ask else run
        order = {"target": target, "suite": suite, **({"run": run} if run else {})}
        found = console.post(f"features/{feature}/calibrations/", order)
        if apply:
            found = console.post(f"calibrations/{found['id']}/apply/", {"reason": reason})
    except Failed as fault:
        fail(fault.detail, error=fault.error)
    except KeyboardInterrupt:
        fail("It was interrupted; the console was told to ask nothing more.", INTERRUPTED, error="interrupted")
    _tell(clean(found), as_json=as_json)


def _asked(console: Asking, feature: str, wanted: dict[str, str | None], timeout: float) -> str:
    order = {name: value for name, value in wanted.items() if value}
    started: dict[str, Any] = clean(console.post(f"features/{feature}/confidence-runs/", order))
    watch(console, {str(started["id"]): started}, timeout=timeout)
    return str(started["id"])


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{found['sentence']}\n  {found['detail']}")
        for differs in found["differs"]:
            typer.echo(f"  Not of what is live: {differs}.")
        if found["applied_at"]:
            typer.echo(f"  Set: {found['feature']} {found['effect']}.")
    raise typer.Exit(0 if found["threshold"] is not None else NO_THRESHOLD)
