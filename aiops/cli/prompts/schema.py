"""aiops prompts schema."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiops.cli.failing import fail
from aiops.cli.plain import plain
from aiops.cli.printing import print_json
from aiops.cli.prompts.group import group


@group.command()
def schema(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Write it there instead of printing it.")
    ] = None,
) -> None:
    """Print the JSON Schema of *.prompt.yaml, by which editors complete and check while you write.

    \b
    aiops prompts schema --out .vscode/prompt.schema.json
    """
    from prompts.files.file_schema import file_schema  # noqa: PLC0415 - with the readers: 0.2 s

    if out is None:
        print_json(file_schema())
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(orjson.dumps(file_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    except OSError as fault:
        fail(plain(f"{out} cannot be written ({fault.strerror})."))
    typer.echo(plain(f"{out} is written."))
