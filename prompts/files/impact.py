"""What a changed set of files touches."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from prompts.files.prompt_file import PromptFile


class Kind(StrEnum):
    PROMPT = "prompt"
    PART = "part"
    SCHEMA = "schema"
    # Of no prompt: nothing that is sent to a model changes with it.
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Touch:
    """One changed file, as it was named, and the prompts that are made of it."""

    path: Path
    kind: Kind
    prompts: tuple[PromptFile, ...]


def affected(
    prompts: Iterable[PromptFile], changed: Iterable[str | Path], root: Path = Path()
) -> tuple[PromptFile, ...]:
    """The prompts of which one of the changed paths, relative to `root`, is the file, a part or the schema."""
    touched = {_whole(root / path) for path in changed}
    return tuple(prompt for prompt in prompts if any(_is_touched(path, touched) for path in prompt.paths))


def touches(prompts: Iterable[PromptFile], changed: Iterable[Path], root: Path = Path()) -> Iterator[Touch]:
    """The same, file by file."""
    known = tuple(prompts)
    for path in changed:
        made_of_it = affected(known, [path], root)
        yield Touch(path, _kind(made_of_it, _whole(root / path)), made_of_it)


def _kind(prompts: Iterable[PromptFile], whole: str) -> Kind:
    for prompt in prompts:
        if _is_touched(prompt.path, {whole}):
            return Kind.PROMPT
        parts = (prompt.path.parent / part for part in prompt.bundle.parts)
        return Kind.PART if any(_is_touched(part, {whole}) for part in parts) else Kind.SCHEMA
    return Kind.UNUSED


def _is_touched(path: Path, touched: set[str]) -> bool:
    # By its own name too: what a link points at is another file in the repository.
    return _whole(path) in touched or os.path.abspath(path) in touched


def _whole(path: Path) -> str:
    return os.path.realpath(path)
