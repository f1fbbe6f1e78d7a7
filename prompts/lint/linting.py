import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from prompts.files import SUFFIX, Problem, PromptFile, Reading
from prompts.files.folder import files_below
from prompts.files.problems import error, warning
from prompts.lint.budgets import over_budget
from prompts.lint.pardons import without_pardoned
from prompts.lint.personal import personal_in
from prompts.lint.repeats import Passage, Repeat, passages_of, repeats_in
from prompts.lint.secrets import secrets_in
from prompts.rules import Rule

_PARTS = "parts"


def lint(reading: Reading, model: str = "") -> tuple[Problem, ...]:
    """In the order of files and lines; each once, though a part may stand in many prompts.

    `model`: by whose tokenizer budgets are counted, where prompts do not say it. Keys and personal data are looked for
    in all that could be read, also in a prompt with another error: what was committed is out, whatever else is wrong.
    """
    texts = reading.texts
    found = {problem for prompt in reading.prompts for problem in _of(prompt, model)}
    found.update(_secrets(texts), _personal(texts), _repeats(reading), _unused_parts(reading))
    return tuple(sorted(without_pardoned(found, texts)))


def _of(prompt: PromptFile, model: str) -> Iterator[Problem]:
    yield from over_budget(prompt, model)
    yield from _unused_variables(prompt)


def _secrets(texts: Mapping[Path, str]) -> Iterator[Problem]:
    for path, text in texts.items():
        for line, column, kind, beginning in secrets_in(text):
            told = f"this looks like {kind} ({beginning}…): take it out, and revoke it."
            yield error(path, line, column, told, Rule.SECRET)


def _personal(texts: Mapping[Path, str]) -> Iterator[Problem]:
    for path, text in texts.items():
        for line, column, kind in personal_in(text):
            told = f"this looks like {kind}: take it out, or write a made-up one."
            yield warning(path, line, column, told, Rule.PERSONAL)


def _unused_variables(prompt: PromptFile) -> Iterator[Problem]:
    for name in prompt.bundle.variables:
        if name not in prompt.assembly.used:
            told = f"no text uses the variable {name!r}."
            yield warning(*prompt.source_map.at(("variables", name)), told, Rule.UNUSED_VARIABLE)


def _repeats(reading: Reading) -> Iterator[Problem]:
    return (_told(repeat) for repeat in repeats_in(_passages(reading)))


def _passages(reading: Reading) -> Iterator[Passage]:
    """Of every text once: that many prompts include a part is what parts are for."""
    seen: set[Path] = set()
    for prompt in reading.prompts:
        files = prompt.source_map.files
        for name, text in prompt.source_map.templates.items():
            file = files.get(name)
            if file is None or file not in seen:
                yield from passages_of(prompt.source_map, name, text)
        seen.update(files.values())


def _told(repeat: Repeat) -> Problem:
    again, before, alike = repeat
    path, line, _ = _spot(before)
    beginning = f"keep it once, in a part: {again.text[:40]}…"
    if alike == 100:
        told, rule = f"this paragraph stands already in {path}:{line}; {beginning}", Rule.REPEATED
    else:
        told, rule = f"this paragraph is {alike}% the same as {path}:{line}; {beginning}", Rule.NEARLY_REPEATED
    return warning(*_spot(again), told, rule)


def _spot(passage: Passage) -> tuple[Path, int, int]:
    return passage.source.within(passage.template, passage.line)


def _unused_parts(reading: Reading) -> Iterator[Problem]:
    """Only when every prompt was read: one that could not be may be the one that includes them."""
    if any(problem.level == "error" for problem in reading.problems):
        return
    used = {str(path) for prompt in reading.prompts for path in prompt.paths}
    files = ((folder, file) for folder in reading.folders for file in files_below(folder) if str(file) not in used)
    parts = [file for folder, file in files if _is_part(file, folder)]
    # A link, or another way to write a path, leads to the same file.
    targets = {os.path.realpath(path) for path in used} if parts else set()
    for file in parts:
        if os.path.realpath(file) not in targets:
            yield warning(file, 1, 1, "no prompt includes this part.", Rule.UNUSED_PART)


def _is_part(file: Path, folder: Path) -> bool:
    return _PARTS in file.relative_to(folder).parts[:-1] and not file.name.endswith(SUFFIX)
