"""All prompt files under some folders."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from prompts.files.folder import Folder, files_below
from prompts.files.problems import Problem, error
from prompts.files.prompt_file import Outcome, PromptFile, read_prompt
from prompts.files.shelf import Shelf
from prompts.rules import Rule

SUFFIX: Final = ".prompt.yaml"
_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """`prompts` holds those without errors; `problems` everything else, in the order of files and lines.

    `folders`: those that were read whole. `texts`: of all files that could be read, also of prompts with errors.
    """

    prompts: tuple[PromptFile, ...]
    problems: tuple[Problem, ...]
    folders: tuple[Path, ...] = ()
    texts: Mapping[Path, str] = field(default_factory=dict, repr=False)


def read(paths: Sequence[Path] = (Path("prompts"),)) -> Reading:
    """Of folders every `*.prompt.yaml` below, of files the file. Never raises."""
    problems: list[Problem] = []
    files = list(dict.fromkeys(file for path in paths for file in _files(path, problems)))
    if len(files) > _MOST:
        told = f"these are more than {_MOST:,} prompt files; give fewer folders."
        problems.append(error(files[_MOST], 1, 1, told, Rule.TOO_LARGE))
    shelf = Shelf()
    outcomes = {file: read_prompt(file, shelf) for file in files[:_MOST]}
    for outcome in outcomes.values():
        problems += outcome.problems
    problems += _duplicates(outcomes)
    prompts = tuple(outcome.prompt for outcome in outcomes.values() if outcome.prompt is not None)
    texts = {path: text for outcome in outcomes.values() for path, text in outcome.texts.items()}
    return Reading(prompts, tuple(sorted(set(problems))), tuple(path for path in paths if path.is_dir()), texts)


def _files(path: Path, problems: list[Problem]) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    folder = Folder(path)
    for file in files_below(path):
        if file.name.endswith(SUFFIX) and folder.holds(file):
            yield file
        elif file.name.endswith(SUFFIX):
            problems.append(error(file, 1, 1, f"it is a link that leads out of {path}.", Rule.OUTSIDE_FOLDER))


def _duplicates(outcomes: dict[Path, Outcome]) -> Iterable[Problem]:
    first: dict[str, tuple[Path, int]] = {}
    for path, outcome in outcomes.items():
        before = first.setdefault(outcome.name, (path, outcome.name_line)) if outcome.name else (path, 1)
        if before[0] != path:
            where = f"{before[0]}:{before[1]}"
            told = f"name: the prompt {outcome.name!r} is there twice; see {where}."
            yield error(path, outcome.name_line, 1, told, Rule.DUPLICATE_NAME)
