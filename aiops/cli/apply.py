"""aiops apply."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.options import REMOTE, Json
from aiops.cli.printing import print_json
from aiops.cli.remote import connect, read, refusal

if TYPE_CHECKING:
    from aiops.lib.yaml_file import YamlFile

_SIGNS = {"created": "+", "changed": "~", "unchanged": "="}


@app.command(rich_help_panel=REMOTE)
def apply(
    file: Annotated[Path, typer.Option("--file", "-f", exists=True, dir_okay=False, help="The file, aiops.yaml.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Bring providers, models, chains, features, tenants and budgets in line with a file. Deletes nothing."""
    declaration = _read(file)
    answer = connect().try_post("apply/", {"declaration": declaration.data, "dry_run": dry_run})
    body = read(answer)
    if answer.status_code == 422 and "problems" in body.get("error", {}):
        fail(_problems(declaration, body["error"]["problems"]))
    if answer.is_error:
        fail(refusal(answer))
    if as_json:
        print_json(body)
    else:
        _print(body, dry_run=dry_run)


def _read(file: Path) -> "YamlFile":
    # YAML is 0.1 s that only this command needs.
    from aiops.declare.key_files import with_key_files  # noqa: PLC0415
    from aiops.lib import yaml_file  # noqa: PLC0415

    try:
        return with_key_files(yaml_file.read(file))
    except yaml_file.Unreadable as fault:
        fail(str(fault), error="unreadable_file")


def _problems(declaration: "YamlFile", problems: list[dict[str, Any]]) -> str:
    """All faults in the order of the file's lines."""
    found = sorted((declaration.line(each["place"]), each["path"] or "the file", each["detail"]) for each in problems)
    lines = [f"{declaration.path}:{line}: {path}: {detail}" for line, path, detail in found]
    return "\n".join([f"Nothing was applied: {len(lines)} {'fault' if len(lines) == 1 else 'faults'}.", *lines])


def _print(report: dict[str, Any], *, dry_run: bool) -> None:
    for change in report["changes"]:
        typer.echo(f"{_SIGNS[change['outcome']]} {change['kind']} {change['name']} {change['outcome']}")
    for warning in report["warnings"]:
        typer.echo(f"! {warning}")
    counts = ", ".join(f"{report['counts'][outcome]} {outcome}" for outcome in _SIGNS)
    typer.echo(f"{'Would be' if dry_run else 'Done'}: {counts}.")
