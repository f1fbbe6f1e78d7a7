"""aiops evals verdict."""

# ruff: noqa: PLC0415 - numpy is 0.2 s that the other commands must not pay
from pathlib import Path
from typing import Annotated

import typer

from aiops.cli.evals.asking import clean
from aiops.cli.evals.exits import OF_VERDICT, USAGE, Gate
from aiops.cli.evals.group import group
from aiops.cli.evals.verdicts import tell_verdict
from aiops.cli.failing import fail
from aiops.cli.options import Json, filled
from aiops.cli.plain import plain
from aiops.cli.printing import print_json

_COLUMN = "Of a promptfoo file that holds several: which prompt or provider."


@group.command(cls=Gate)
def verdict(
    base: Annotated[Path, typer.Option(metavar="FILE", help="Results of the one that is.")],
    head: Annotated[Path, typer.Option(metavar="FILE", help="Results of the one that is to come.")],
    margin: Annotated[float, typer.Option(help="The drop that nobody minds, in points of a hundred.")] = 5.0,
    alpha: Annotated[float, typer.Option(help="How often a change that is no worse may be blocked.")] = 0.05,
    base_column: Annotated[str | None, typer.Option(metavar="NAME", help=_COLUMN, callback=filled)] = None,
    head_column: Annotated[str | None, typer.Option(metavar="NAME", help=_COLUMN, callback=filled)] = None,
    as_json: Json = False,
) -> None:
    """Judge two files of results, ours or promptfoo's, without a console or a network.

    Cases are joined by id. Nothing can be asked again, so there is one look, and the answer says that base and head
    were not asked at the same time. Exit codes: 0 pass, 1 blocked, 2 could not measure, 3 inconclusive, 4 wrong usage.

    \b
    aiops evals verdict --base base.json --head head.json
    """
    from evals.gate import files
    from evals.gate.looks import judge_once
    from evals.gate.results import BadResults, join
    from evals.gate.rules import Rules

    try:
        rules = Rules(margin=margin, alpha=alpha)
        pair = join(files.read(base, column=base_column), files.read(head, column=head_column))
    except (BadResults, ValueError) as fault:
        fail(plain(str(fault)), USAGE, error="bad_results")
    judged = judge_once(pair.tallies, unmeasured=pair.unmeasured, rules=rules, new=pair.new)
    if as_json:
        print_json(judged.as_json())
    else:
        tell_verdict(str(judged.verdict), clean(list(judged.sentences)))
    raise typer.Exit(OF_VERDICT[str(judged.verdict)])
