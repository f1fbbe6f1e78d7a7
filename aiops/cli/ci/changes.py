"""Which prompts a change touches, through their parts and their suites. Asks nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiops.cli.ci.before import Before, read_before
from aiops.cli.ci.cases import CaseChanges, compare
from aiops.cli.ci.impact import reach_of
from aiops.cli.ci.repository import Repository
from aiops.cli.evals.asking import Failed
from aiops.cli.evals.exits import USAGE
from aiops.cli.plain import plain
from aiops.cli.prompts.reading import SUITES, look, read_suites, suite_files
from aiops.cli.prompts.remarks import remarks
from aiops.cli.prompts.touching import Reach

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
    """`suites`: of the changed prompts, as the files at head have them. `cases`: of suites that are not as they were.

    `notes`: what else whoever decides must know. `reach`: what the changed files touch.
    """

    prompts: tuple[Change, ...]
    removed: tuple[str, ...]
    suites: "Mapping[str, Suite]"
    cases: tuple[CaseChanges, ...] = ()
    notes: tuple[str, ...] = ()
    reach: Reach = field(default_factory=Reach)


def find_changes(repository: Repository, prompts: Path, suites: Path | None) -> Changes:
    """By content, not by the files' names or lines: what makes the same version is unchanged. Raises Failed."""
    looked, (judging, faults) = look([prompts]), read_suites(suite_files(suites))
    if looked.errors or faults:
        raise Failed("\n".join([*looked.errors, *faults]), USAGE)
    before = read_before(repository, prompts, suites or SUITES)
    if not (looked.reading.prompts or before.prompts or before.faulty):
        raise Failed(plain(f"There is no *.prompt.yaml in {prompts}, and the base has none there."), USAGE)
    heads = sorted(looked.reading.prompts, key=lambda prompt: prompt.name)
    moved = frozenset(_moved(judging, before.suites))
    changes = tuple(change for head in heads if (change := _change(head, before, judging, moved)))
    wanted = {name for change in changes for name in change.suites}
    told = {name: suite for name, suite in judging.items() if name in wanted | moved}
    named = {head.name: head for head in heads}
    judges = {name: judges_of(prompt, judging) for name, prompt in {**before.prompts, **named}.items()}
    return Changes(
        prompts=changes,
        removed=tuple(sorted(set(before.prompts) - {head.name for head in heads})),
        suites={name: suite for name, suite in judging.items() if name in wanted},
        cases=tuple(_cases(before, heads, judging)),
        notes=(*before.faults, *remarks(told.values())),
        reach=reach_of(repository, prompts, before, named, judges),
    )


def _change(head: "PromptFile", before: Before, judging: "Mapping[str, Suite]", moved: frozenset[str]) -> Change | None:
    suites, base = judges_of(head, judging), before.prompts.get(head.name)
    if base is None:
        fault = before.fault_of(head.path)
        return Change(head, None, suites, f"the base has errors in {fault}" if fault else "it is new")
    if base.bundle.hash != head.bundle.hash:
        return Change(head, base, suites, _why(head, base))
    touched = tuple(name for name in suites if name in moved)
    return Change(head, None, touched, f"its cases changed: {', '.join(touched)}") if touched else None


def _why(head: "PromptFile", base: "PromptFile") -> str:
    before, after = base.bundle.parts, head.bundle.parts
    parts = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    return f"changed through {', '.join(parts)}" if parts else "changed"


def judges_of(prompt: "PromptFile", suites: "Mapping[str, Suite]") -> tuple[str, ...]:
    """Those that its file names, and those that name it."""
    naming = (suite.name for suite in suites.values() if suite.prompt == prompt.name)
    return tuple(dict.fromkeys([*prompt.suites, *naming]))


def _moved(judging: "Mapping[str, Suite]", old: "Mapping[str, Suite]") -> Iterator[str]:
    from evals.suites.canonical import version_of  # noqa: PLC0415 - with the readers, which only this command needs

    for name, suite in judging.items():
        if name not in old or version_of(old[name]) != version_of(suite):
            yield name


def _cases(before: Before, heads: "Sequence[PromptFile]", judging: "Mapping[str, Suite]") -> Iterator[CaseChanges]:
    was = _judged(before.prompts.values(), before.suites)
    now = _judged(heads, judging)
    there = {head.name for head in heads}
    for name in sorted({*was, *before.suites, *judging}):
        base, head = before.suites.get(name), judging.get(name)
        kept = (was.get(name, set()) | ({base.prompt} if base else set())) & there
        # Of a suite whose file is gone the cases are.
        released = set() if base and head is None else kept - now.get(name, set())
        found = compare(name, base, head, released=sorted(released), guards=bool(kept))
        if found:
            yield found


def _judged(prompts: "Iterable[PromptFile]", suites: "Mapping[str, Suite]") -> dict[str, set[str]]:
    """By suite: the prompts that it judges."""
    found: dict[str, set[str]] = {}
    for prompt in prompts:
        for name in judges_of(prompt, suites):
            found.setdefault(name, set()).add(prompt.name)
    return found
