"""What the changed files of a branch touch: by their content, so that a changed comment touches nothing."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiops.cli.ci.before import Before
from aiops.cli.ci.repository import Repository
from aiops.cli.plain import plain
from aiops.cli.prompts.touching import Reach, TouchedFile, TouchedPrompt

if TYPE_CHECKING:
    from prompts.files import PromptFile, Touch

_PARTS: Final = "parts"

type ByName = Mapping[str, "PromptFile"]


def reach_of(
    repository: Repository, prompts: Path, before: Before, heads: ByName, judges: Mapping[str, Sequence[str]]
) -> Reach:
    """`heads`: prompts by name. `judges`: suites by the prompt that they judge. Raises Failed."""
    base = before.prompts
    moved = {
        name
        for name in {*base, *heads}
        if name not in base or name not in heads or base[name].bundle.hash != heads[name].bundle.hash
    }
    files = tuple(_files(repository, prompts, before, heads, moved))
    touched = dict.fromkeys(name for file in files for name in file.prompts)
    # Also those whose cause is no file here, such as what a link leads to.
    names = [*touched, *sorted(moved - touched.keys())]
    return Reach(files, tuple(_prompt(heads.get(name) or base[name], judges.get(name, ())) for name in names))


def _files(
    repository: Repository, folder: Path, before: Before, heads: ByName, moved: set[str]
) -> Iterator[TouchedFile]:
    changed = repository.changed(folder)
    for path, now, then in zip(
        changed,
        _touches(heads, changed, repository.root),
        # Files of the base were read elsewhere, under the same paths.
        _touches(before.prompts, changed, before.unpacked),
        strict=True,
    ):
        found = now if now.prompts else then
        names = dict.fromkeys(prompt.name for prompt in (*now.prompts, *then.prompts) if prompt.name in moved)
        is_part = _PARTS in path.parts[:-1]
        if names or (not found.prompts and is_part and (repository.root / path).exists()):
            yield TouchedFile(plain(str(path)), found.kind.value, tuple(names))


def _touches(prompts: ByName, changed: Sequence[Path], root: Path) -> "list[Touch]":
    from prompts.files import touches  # noqa: PLC0415 - YAML and Jinja, which only this command needs

    return list(touches(prompts.values(), changed, root))


def _prompt(prompt: "PromptFile", suites: Sequence[str]) -> TouchedPrompt:
    return TouchedPrompt(prompt.name, plain(prompt.feature), tuple(map(plain, suites)))
