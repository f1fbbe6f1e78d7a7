"""aiops ci."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from aiops.cli.app import app
from aiops.cli.ci.changes import find_changes
from aiops.cli.ci.judging import Judge
from aiops.cli.ci.report import Judged, Report
from aiops.cli.ci.repository import Repository
from aiops.cli.ci.serving import served_of_removed
from aiops.cli.ci.writing import write
from aiops.cli.evals.asking import Asking, Failed
from aiops.cli.evals.exits import INTERRUPTED, OF_VERDICT, UNMEASURED, USAGE, Gate
from aiops.cli.evals.run import AtOnce, Timeout
from aiops.cli.evals.tallies import told_lost
from aiops.cli.evals.verdicts import COLOURS, tell_verdict
from aiops.cli.failing import fail
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import print_json
from aiops.cli.prompts.group import PANEL
from aiops.cli.prompts.reading import PROMPTS, SUITES
from aiops.cli.prompts.touching import impact_lines, with_traffic

_OUT: Final = Path("aiops-ci")


@app.command(cls=Gate, rich_help_panel=PANEL)
def ci(
    base: Annotated[str, typer.Option(metavar="REF", help="What the change is compared with: main, origin/main.")],
    prompts: Annotated[Path, typer.Option(help="The folder of prompt files.")] = PROMPTS,
    evals: Annotated[
        Path | None, typer.Option(help="The folder of suite files. (default: evals, if it is there)")
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
    of it, also when it fails. Says what the branch does to the cases; must-pass cases that guard less make a pass
    inconclusive. Exit codes: 0 pass, 1 blocked, 2 could not measure, 3 inconclusive, 4 wrong usage.

    \b
    aiops ci --base origin/main
    """
    report = Report(reference=plain(base), environment=plain(environment))
    with _written(report, out, as_json=as_json) as told:
        _check_there(prompts, "--prompts")
        if evals:
            _check_there(evals, "--evals")
        repository = Repository.at(Path(), base)
        origin = repository.origin_of_head([prompts, *([evals] if evals else [SUITES])])
        told.report = replace(report, base_commit=repository.base, head_commit=origin["commit"])
        changes = find_changes(repository, prompts, evals)
        notes = tuple(map(plain, changes.notes))
        told.report = replace(
            told.report, removed=changes.removed, cases=changes.cases, notes=notes, reach=changes.reach
        )
        if changes.prompts:
            judge = Judge(Asking.connect(), changes, repository.origin_of_base(), origin, at_once, timeout)
            told.report = replace(told.report, reach=with_traffic(changes.reach))
            judge.check()
            suites = judge.push()
            told.report = told.report.with_notes(judge.served(environment))
            told.report = replace(told.report, judged=tuple(_judged(judge, suites, told)))
        elif changes.removed:
            told.report = replace(told.report, reach=with_traffic(changes.reach))
            told.report = told.report.with_notes(served_of_removed(changes.removed, environment))
        told.report = replace(told.report, code=OF_VERDICT[told.report.verdict])
    raise typer.Exit(told.report.code)


def _check_there(path: Path, option: str) -> None:
    """Here, not while options are read: then nothing would be written."""
    if not path.exists():
        told = f"{option}: {path} does not exist in {Path.cwd().name}."
        raise Failed(f"{told} Run this where it is, or name it with {option}.", USAGE)


def _judged(judge: Judge, suites: Mapping[str, str], told: "_Told") -> Sequence[Judged]:
    """What breaks this off leaves the runs in the report."""
    try:
        return judge.run(suites)
    except BaseException:
        told.report = replace(told.report, judged=tuple(judge.broken_off()))
        raise


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
        tell_verdict(each.verdict, [*each.sentences, *told_lost(each.lost), *([each.url] if each.url else [])])
    for line in impact_lines(report.reach):
        typer.echo(line)
    for remark in report.remarks:
        typer.echo(remark)
    typer.secho(report.headline, fg=None if report.is_empty else COLOURS[report.verdict], bold=True)
    typer.echo(f"Written to {plain(str(out))}: report.json, report.md, junit.xml")
