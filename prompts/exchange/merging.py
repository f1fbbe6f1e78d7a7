"""Many drafts on their way into one folder: two of one name, and two texts for one file, are no prompts."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from prompts.exchange.checking import Made, make
from prompts.exchange.draft import Draft
from prompts.files import SUFFIX, read
from prompts.files.problems import Problem, error


class Merged(NamedTuple):
    """`made`: of those without errors; `files`: of all of them, by path from the folder.

    `faults`: what is wrong with single drafts; `clashes`: between them.
    """

    made: tuple[tuple[Draft, Made], ...]
    files: Mapping[str, str]
    faults: tuple[Problem, ...]
    clashes: tuple[Problem, ...]


def merge(drafts: Sequence[Draft], folder: Path) -> Merged:
    made = [(draft, make(draft)) for draft in drafts]
    faults = tuple(problem for _, each in made for problem in each.problems)
    fine = tuple((draft, each) for draft, each in made if not each.problems)
    clashes = [*_twice(draft for draft, _ in made), *_there_already((draft for draft, _ in fine), folder)]
    files: dict[str, str] = {}
    for draft, each in fine:
        for path, text in each.files.items():
            if files.setdefault(path, text) != text and not path.endswith(SUFFIX):
                clashes.append(error(draft.path, draft.line, 1, f"{path} would have to hold two different texts."))
    return Merged(fine, files, faults, tuple(clashes))


def _twice(drafts: Iterable[Draft]) -> Iterable[Problem]:
    first: dict[str, Draft] = {}
    for draft in (each for each in drafts if each.name):
        before = first.setdefault(draft.name.casefold(), draft)
        if before is not draft:
            told = f"two prompts come to the name {draft.name!r}; see {before.path}:{before.line}."
            yield error(draft.path, draft.line, 1, told)


def _there_already(drafts: Iterable[Draft], folder: Path) -> Iterable[Problem]:
    """A prompt of that name in another file of the folder."""
    known = {prompt.name: prompt.path for prompt in read([folder]).prompts} if folder.is_dir() else {}
    for draft in drafts:
        path = known.get(draft.name)
        if path is not None and path != folder / f"{draft.name}{SUFFIX}":
            yield error(draft.path, draft.line, 1, f"{path} already is the prompt {draft.name!r}.")
