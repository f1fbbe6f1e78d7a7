"""Which prompts a change touches, through their parts and their suites. Asks nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from aiops.cli.ci.repository import Repository
from aiops.cli.evals.asking import Failed
from aiops.cli.evals.exits import USAGE
from aiops.cli.prompts.reading import SUITES, Looked, look, read_suites, suite_files

if TYPE_CHECKING:
    from evals.suites.model import Suite
    from prompts.files import PromptFile


@dataclass(frozen=True, slots=True)
class Change:
    """`base` is None for a new prompt, and for one of which only a suite has changed: head is then asked alone."""

    head: "PromptFile"
    base: "PromptFile | None"
    suites: tuple[str, ...]
    why: str

    @property
    def name(self) -> str:
        return self.head.name


@dataclass(frozen=True, slots=True)
class Changes:
    """`suites`: of the changed prompts, as the files at head have them."""

    prompts: tuple[Change, ...]
    removed: tuple[str, ...]
    suites: "Mapping[str, Suite]"


def find_changes(repository: Repository, prompts: Path, suites: Path | None) -> Changes:
    """By content, not by the files' names or lines: what makes the same version is unchanged. Raises Failed."""
    looked, (judging, faults) = look([prompts]), read_suites(suite_files(suites))
    if looked.errors or faults:
        raise Failed("\n".join([*looked.errors, *faults]), USAGE)
    with TemporaryDirectory(prefix="aiops-ci-") as temporary:
        folder = Path(temporary)
        before = look([repository.unpack_base(prompts, folder)]) if prompts.exists() else None
        old = _suites_before(repository, suites or SUITES, folder)
        return _changes(looked, before, judging, old)


def _changes(
    looked: Looked, before: Looked | None, judging: "Mapping[str, Suite]", old: "Mapping[str, Suite]"
) -> Changes:
    bases = {prompt.name: prompt for prompt in before.reading.prompts} if before else {}
    heads = sorted(looked.reading.prompts, key=lambda prompt: prompt.name)
    moved = frozenset(_moved(judging, old))
    changes = tuple(change for head in heads if (change := _change(head, bases.get(head.name), judging, moved)))
    wanted = {name for change in changes for name in change.suites}
    return Changes(
        prompts=changes,
        removed=tuple(sorted(set(bases) - {head.name for head in heads})),
        suites={name: suite for name, suite in judging.items() if name in wanted},
    )


def _change(
    head: "PromptFile", base: "PromptFile | None", judging: "Mapping[str, Suite]", moved: frozenset[str]
) -> Change | None:
    suites = tuple(dict.fromkeys([*head.suites, *_judges_of(head.name, judging.values())]))
    if base is None:
        return Change(head, None, suites, "it is new")
    if base.bundle.hash != head.bundle.hash:
        return Change(head, base, suites, _why(head, base))
    touched = tuple(name for name in suites if name in moved)
    return Change(head, None, touched, f"its cases changed: {', '.join(touched)}") if touched else None


def _why(head: "PromptFile", base: "PromptFile") -> str:
    before, after = base.bundle.parts, head.bundle.parts
    parts = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    return f"changed through {', '.join(parts)}" if parts else "changed"


def _judges_of(prompt: str, suites: "Iterable[Suite]") -> Iterator[str]:
    return (suite.name for suite in suites if suite.prompt == prompt)


def _moved(judging: "Mapping[str, Suite]", old: "Mapping[str, Suite]") -> Iterator[str]:
    from evals.suites.canonical import version_of  # noqa: PLC0415 - with the readers, which only this command needs

    for name, suite in judging.items():
        if name not in old or version_of(old[name]) != version_of(suite):
            yield name


def _suites_before(repository: Repository, path: Path, folder: Path) -> "Mapping[str, Suite]":
    """What was faulty then is as if it had not been there."""
    if not path.exists():
        return {}
    there = repository.unpack_base(path, folder)
    files: Sequence[Path] = suite_files(there) if there.exists() else []
    return read_suites(files)[0]
