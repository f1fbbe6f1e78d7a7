"""What a changed set of files touches."""

import os
from collections.abc import Iterable
from pathlib import Path

from prompts.files.prompt_file import PromptFile


def affected(
    prompts: Iterable[PromptFile], changed: Iterable[str | Path], root: Path = Path()
) -> tuple[PromptFile, ...]:
    """The prompts of which one of the changed paths, relative to `root`, is the file, a part or the schema."""
    touched = {_whole(root / path) for path in changed}
    return tuple(prompt for prompt in prompts if any(_is_touched(path, touched) for path in prompt.paths))


def _is_touched(path: Path, touched: set[str]) -> bool:
    # By its own name too: what a link points at is another file in the repository.
    return _whole(path) in touched or os.path.abspath(path) in touched


def _whole(path: Path) -> str:
    return os.path.realpath(path)
