"""aiops ci."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from aiops.cli.app import app
from aiops.cli.ci.changes import find_changes
from aiops.cli.ci.judging import Judge
from aiops.cli.ci.report import Report
from aiops.cli.ci.repository import Repository
from aiops.cli.ci.writing import write
from aiops.cli.evals.asking import Asking, Failed
from aiops.cli.evals.exits import INTERRUPTED, OF_VERDICT, UNMEASURED, USAGE, Gate
from aiops.cli.evals.run import AtOnce, Timeout
from aiops.cli.evals.verdicts import COLOURS, tell_verdict
from aiops.cli.failing import fail
from aiops.cli.options import Json
from aiops.cli.printing import counted, print_json
from aiops.cli.prompts.group import PANEL
from aiops.cli.prompts.plain import plain
from aiops.cli.prompts.reading import PROMPTS, SUITES
from aiops.cli.prompts.remarks import remarks

_OUT: Final = Path("aiops-ci")


@app.command(cls=Gate, rich_help_panel=PANEL)
def ci(
    base: Annotated[str, typer.Option(metavar="REF", help="What the change is compared with: main, origin/main.")],
    prompts: Annotated[Path, typer.Option(exists=True, help="The folder of prompt files.")] = PROMPTS,
    evals: Annotated[
        Path | None, typer.Option(exists=True, help="The folder of suite files. (default: evals, if it is there)")
    ] = None,
    environment: Annotated[
        str, typer.Option(metavar="ENV", help="Where it is to be released: told when it serves another version.")
    ] = "production",
    out: Annotated[Path, typer.Option(file_okay=False, help="Where report.json, report.md and junit.xml go.")] = _OUT,
    at_once: AtOnce = 20,
    timeout: Timeout = 3600.0,
    as_json: Json = False,
) -> None:
    """Judge what a branch changes: its prompts, through their parts, against those where it branched off.

    Pushes both versions of each prompt that changed, runs its suites on them at the same time, and writes what came
    of it, also when it fails. Exit codes: 0 pass, 1 blocked, 2 could not measure, 3 inconclusive, 4 wrong usage.

    \b
    aiops ci --base origin/main
    """
    report = Report(reference=plain(base), environment=plain(environment))
    with _written(report, out, as_json=as_json) as told:
        repository = Repository.at(Path(), base)
        origin = repository.origin_of_head([prompts, *([evals] if evals else [SUITES])])
        told.report = replace(report, base_commit=repository.base, head_commit=origin["commit"])
        changes = find_changes(repository, prompts, evals)
        told.report = replace(told.report, removed=changes.removed)
        if changes.prompts:
            judge = Judge(Asking.connect(), changes, repository.origin_of_base(), origin, at_once, timeout)
            suites = judge.push()
            notes = [*judge.served(environment), *remarks(changes.suites.values())]
            told.report = replace(told.report, notes=tuple(map(plain, notes)))
            told.report = replace(told.report, judged=tuple(judge.run(suites)))
        told.report = replace(told.report, code=OF_VERDICT[told.report.verdict])
    raise typer.Exit(told.report.code)


class _Told:
    def __init__(self, report: Report) -> None:
        self.report = report


@contextmanager
def _written(report: Report, out: Path, *, as_json: bool) -> Iterator[_Told]:
    """Whatever happens inside, the files say it."""
    told = _Told(report)
    try:
        yield told
    except Failed as fault:
        told.report = told.report.with_problem(fault.detail, fault.code)
    except KeyboardInterrupt:
        told.report = told.report.with_problem("It was interrupted.", INTERRUPTED)
    except Exception as fault:
        told.report = told.report.with_problem(plain(f"aiops itself failed: {fault!r}"), UNMEASURED)
        _write(told.report, out)
        raise
    _write(told.report, out)
    for problem in told.report.problems:
        typer.secho(problem, err=True, fg=typer.colors.RED)
    if as_json:
        print_json(told.report.as_json())
    else:
        _tell(told.report, out)


def _write(report: Report, out: Path) -> None:
    try:
        write(report, out)
    except OSError as fault:
        fail(plain(f"{out} cannot be written ({fault.strerror})."), USAGE)


def _tell(report: Report, out: Path) -> None:
    for each in report.judged:
        typer.echo(f"{plain(each.suite or 'no suite')}: {each.prompt} {each.versions}: ".replace(" : ", ": "), nl=False)
        lost = [f"Not measured, {counted(answers, 'answer')}: {reason}" for reason, answers in each.lost]
        tell_verdict(each.verdict, [*each.sentences, *lost, *([each.url] if each.url else [])])
    for note in report.notes:
        typer.echo(note)
    typer.secho(report.headline, fg=None if report.is_empty else COLOURS[report.verdict], bold=True)
    typer.echo(f"Written to {plain(str(out))}: report.json, report.md, junit.xml")
