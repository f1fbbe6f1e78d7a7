"""aiops evals results."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aiops.cli.evals.asking import clean
from aiops.cli.evals.group import group
from aiops.cli.evals.listing import Run, path_of
from aiops.cli.evals.tallies import Case, count, first_asked, reason_of
from aiops.cli.failing import fail
from aiops.cli.options import Json
from aiops.cli.printing import print_json, print_table
from aiops.cli.remote import connect

if TYPE_CHECKING:
    from evals.gate.results import Result

_COLUMNS: Final = ("Case", "Base", "Head", "Why not")


class Side(StrEnum):
    BASE = "base"
    HEAD = "head"


@group.command()
def results(
    run: Run,
    arm: Annotated[Side, typer.Option(help="With --json: whose answers.")] = Side.HEAD,
    as_json: Json = False,
) -> None:
    """How each case did. With --json, one arm's answers as `aiops evals verdict` reads them, offline.

    \b
    aiops evals results RUN --arm base --json > base.json
    """
    console = connect()
    found = clean(console.get(path_of(run)))
    rows = console.pages(f"{path_of(run)}results/", limit=1000)
    if not as_json:
        cases = count(rows)
        print_table(_COLUMNS, map(_row, cases), numbers=("Base", "Head"), elastic=("Why not",))
        return
    if arm == Side.BASE and found["base"] is None:
        fail("This run has no base: head was asked alone.")
    print_json(_document(found, arm, rows))


def _document(run: Mapping[str, Any], arm: Side, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    from evals.gate import ours  # noqa: PLC0415 - only what is written to a file needs it
    from evals.gate.results import Arm  # noqa: PLC0415

    answers = tuple(_result(row) for row in first_asked(rows) if row["arm"] == arm)
    return ours.document(Arm(run["suite"], f"{run['prompt']} {run[f'{arm}_label']}", answers))


def _result(row: Mapping[str, Any]) -> "Result":
    from evals.gate.results import Result  # noqa: PLC0415 - as above

    reason = "" if row["passed"] else reason_of(row)
    return Result(row["case"], row["repeat"], row["passed"], row["score"], row["must_pass"], reason)


def _row(case: Case) -> list[object]:
    why = " ".join(case.head.reason.split())
    return [case.name, case.base.said if case.base else None, case.head.said, why]
