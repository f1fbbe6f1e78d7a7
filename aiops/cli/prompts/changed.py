"""Two sides of a prompt, compared; and every prompt that a branch changes."""

# ruff: noqa: PLC0415 - YAML, Jinja and word diffs are 0.2 s that the other commands must not pay
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from aiops.cli.failing import fail
from aiops.cli.plain import plain
from aiops.cli.prompts.sides import Side

if TYPE_CHECKING:
    from prompts.diffing import TextDiff
    from prompts.files import PromptFile


@dataclass(frozen=True, slots=True)
class Compared:
    """`base` and `head`: what they are called."""

    name: str
    base: str
    head: str
    texts: "tuple[TextDiff, ...]"
    differs: bool

    @property
    def added(self) -> int:
        return sum(text.added for text in self.texts)

    @property
    def removed(self) -> int:
        return sum(text.removed for text in self.texts)


def compare(name: str, base: Side, head: Side) -> Compared:
    from prompts.diffing import diff

    texts = diff(base.bundle, head.bundle).texts
    return Compared(name, base.label, head.label, texts, base.bundle.hash != head.bundle.hash)


def since(reference: str, path: Path, name: str | None) -> list[Compared]:
    """The files against where this branch left the reference. Ends the command when that cannot be read."""
    from prompts.files import read

    reading = read([path])
    errors = [str(problem) for problem in reading.problems if problem.level == "error"]
    if errors:
        fail(plain("\n".join([*errors, f"The files have errors: {len(errors):,}."])), error="faulty_files")
    before = _before(reference, path)
    after = {prompt.name: prompt for prompt in reading.prompts}
    if name is not None and name not in {*before, *after}:
        fail(plain(f"there is no prompt {name!r}, neither in {path} nor at {reference}."))
    chosen = sorted({*before, *after}) if name is None else [name]
    found = [_compared(each, reference, before.get(each), after.get(each)) for each in chosen]
    return [each for each in found if each.differs or name is not None]


def _before(reference: str, path: Path) -> "Mapping[str, PromptFile]":
    """Prompts that can be read there; the others are told as new."""
    # These read prompt files themselves, through this package.
    from aiops.cli.ci.repository import Repository
    from aiops.cli.evals.asking import Failed
    from prompts.files import read

    try:
        repository = Repository.at(Path(), reference)
        with TemporaryDirectory(prefix="aiops-diff-") as folder:
            there = repository.unpack_base(path, Path(folder))
            return {prompt.name: prompt for prompt in read([there] if there.exists() else []).prompts}
    except Failed as fault:
        fail(fault.detail, error="no_base")


def _compared(name: str, reference: str, before: "PromptFile | None", after: "PromptFile | None") -> Compared:
    from prompts.diffing import diff_texts

    if before and after:
        return compare(name, Side(reference, before.bundle), Side("files", after.bundle))
    there = before or after
    assert there is not None  # noqa: S101 - the name is of one of both
    sides = (there.bundle, None) if before else (None, there.bundle)
    labels = (reference, "removed") if before else ("new", "files")
    return Compared(name, *labels, diff_texts(*sides), differs=True)
