"""Prompt files and suite files, read and checked before any of them leaves this machine."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import typer

from aiops.cli.failing import fail
from aiops.cli.plain import plain
from aiops.cli.printing import counted
from aiops.cli.prompts.remarks import remarks

if TYPE_CHECKING:
    from evals.suites.model import Suite
    from prompts.files import Problem, Reading

PROMPTS: Final = Path("prompts")
SUITES: Final = Path("evals")
_SUFFIXES: Final = (".yaml", ".yml")
_COLOURS: Final = {"error": typer.colors.RED, "warning": typer.colors.YELLOW}


class Looked(NamedTuple):
    reading: "Reading"
    problems: "Sequence[Problem]"

    @property
    def errors(self) -> list[str]:
        return [plain(str(problem)) for problem in self.problems if problem.level == "error"]


def look(paths: Sequence[Path]) -> Looked:
    """What `aiops prompts check` sees."""
    from prompts.files import read
    from prompts.lint import lint

    reading = read(paths)
    return Looked(reading, sorted({*reading.problems, *lint(reading)}))


def checked_prompts(paths: Sequence[Path] | None) -> "Reading":
    """Ends the command with the problems when one of them is an error."""
    chosen = paths or [default_folder()]
    looked = look(chosen)
    show(looked.problems)
    if looked.errors:
        fail(f"The files have {counted(len(looked.errors), 'error')}.", error="faulty_files")
    if not looked.reading.prompts:
        fail(plain(f"There is no *.prompt.yaml in {', '.join(map(str, chosen))}."), error="no_prompts")
    return looked.reading


def default_folder(named_by: str = "PATHS") -> Path:
    """`named_by`: the argument or option that would have named another."""
    if not PROMPTS.is_dir():
        raise typer.BadParameter("there is no folder ./prompts; name the folder or the files.", param_hint=named_by)
    return PROMPTS


def show(problems: "Sequence[Problem]") -> None:
    """On stderr: stdout may be a program's."""
    for problem in problems:
        typer.echo(plain(f"{problem.path}:{problem.line}:{problem.column}: "), nl=False, err=True)
        typer.secho(f"{problem.level}:", fg=_COLOURS[problem.level], nl=False, err=True)
        typer.echo(f" {plain(problem.text)}", err=True)


def suite_files(path: Path | None) -> list[Path]:
    """The file; of a folder every YAML file in it, not below: there lie cases. Without a path, of ./evals."""
    folder = path or SUITES
    if not folder.is_dir():
        return [path] if path else []
    return sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES and file.is_file())


def read_suites(files: Sequence[Path]) -> "tuple[dict[str, Suite], list[str]]":
    """Suites by name, and all that is wrong with the files."""
    from evals.suites import reading
    from evals.suites.problems import Faulty

    found: dict[str, Suite] = {}
    first: dict[str, Path] = {}
    faults: list[str] = []
    for file in files:
        try:
            suite = reading.read(file)
        except Faulty as fault:
            faults += plain(str(fault)).split("\n")
            continue
        if suite.name in found:
            faults.append(plain(f"{file}: the suite {suite.name} is there twice; see {first[suite.name]}."))
        found[suite.name] = suite
        first.setdefault(suite.name, file)
    return found, faults


def checked_suites(files: Sequence[Path]) -> "dict[str, Suite]":
    """Ends the command with the faults when there are any."""
    found, faults = read_suites(files)
    if faults:
        fail("\n".join(faults), error="faulty_files")
    for remark in remarks(found.values()):
        typer.echo(remark, err=True)
    return found
