"""Prompts and suites as the base has them. What is faulty there cannot be compared with, and is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from aiops.cli.ci.repository import Repository
from aiops.cli.plain import plain
from aiops.cli.prompts.reading import read_suites, suite_files

if TYPE_CHECKING:
    from evals.suites.model import Suite
    from prompts.files import PromptFile

_MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Before:
    """By name. `faulty`: prompt files that could not be read, by their paths from the repository's root.

    `root`: of the files at head; `unpacked`: where these stood in its place. `faults`: as whoever reads the report is
    told them.
    """

    root: Path
    prompts: "Mapping[str, PromptFile]"
    suites: "Mapping[str, Suite]"
    faulty: frozenset[str]
    faults: tuple[str, ...]
    unpacked: Path

    def fault_of(self, path: Path) -> str:
        """The file, when the base has it and cannot be compared with; else nothing."""
        inside = (each for each in (path.absolute(), path.resolve()) if each.is_relative_to(self.root))
        named = (each.relative_to(self.root).as_posix() for each in inside)
        return next((name for name in named if name in self.faulty), "")


def read_before(repository: Repository, prompts: Path, suites: Path) -> Before:
    """Raises Failed."""
    from prompts.files import SUFFIX, read  # noqa: PLC0415 - YAML and Jinja, which only this command needs

    with TemporaryDirectory(prefix="aiops-ci-") as temporary:
        folder = Path(temporary)
        there = repository.unpack_base(prompts, folder)
        reading = read([there] if there.exists() else [])
        readable = {prompt.path for prompt in reading.prompts}
        files = [there] if there.is_file() else there.rglob(f"*{SUFFIX}")
        found, faults = _suites(repository, suites, folder)
        told = [
            *_told(list(map(str, reading.problems)), "what it broke is judged alone"),
            *_told(faults, "its cases are not compared"),
        ]
        return Before(
            root=repository.root,
            prompts={prompt.name: prompt for prompt in reading.prompts},
            suites=found,
            faulty=frozenset(file.relative_to(folder).as_posix() for file in files if file not in readable),
            faults=tuple(plain(each.replace(f"{folder}/", "")) for each in told),
            unpacked=folder,
        )


def _suites(repository: Repository, path: Path, folder: Path) -> "tuple[Mapping[str, Suite], Sequence[str]]":
    there = repository.unpack_base(path, folder)
    return read_suites(suite_files(there) if there.exists() else [])


def _told(faults: Sequence[str], outcome: str) -> Iterator[str]:
    more = f" And {len(faults) - _MOST_TOLD:,} more." if len(faults) > _MOST_TOLD else ""
    if faults:
        yield f"The base has errors: {outcome}. {' '.join(faults[:_MOST_TOLD])}{more}"
