from collections.abc import Iterator

from prompts.files import SUFFIX, Problem, PromptFile, Reading
from prompts.files.folder import files_below
from prompts.files.problems import error, warning
from prompts.lint.budgets import over_budget
from prompts.lint.repeats import repeats_in
from prompts.lint.secrets import secrets_in
from prompts.rendering import assemble_bundle

_PARTS = "parts"


def lint(reading: Reading) -> tuple[Problem, ...]:
    """In the order of files and lines; each once, though a part may stand in many prompts."""
    found = {problem for prompt in reading.prompts for problem in _of(prompt)}
    return tuple(sorted(found | set(_unused_parts(reading))))


def _of(prompt: PromptFile) -> Iterator[Problem]:
    yield from _secrets(prompt)
    yield from over_budget(prompt)
    yield from _unused_variables(prompt)
    yield from _repeats(prompt)


def _secrets(prompt: PromptFile) -> Iterator[Problem]:
    for path, text in prompt.texts.items():
        for line, column, kind, beginning in secrets_in(text):
            yield error(path, line, column, f"this looks like {kind} ({beginning}…): take it out, and make it void.")


def _unused_variables(prompt: PromptFile) -> Iterator[Problem]:
    used = assemble_bundle(prompt.bundle).used
    for name in prompt.bundle.variables:
        if name not in used:
            yield warning(*prompt.source_map.at(("variables", name)), f"no text uses the variable {name!r}.")


def _repeats(prompt: PromptFile) -> Iterator[Problem]:
    for repeat in repeats_in(prompt.source_map.templates):
        path, line, _ = prompt.source_map.within(repeat.before, repeat.before_line)
        detail = f"this paragraph stands already in {path}:{line}; keep it once, in a part: {repeat.text[:40]}…"
        yield warning(*prompt.source_map.within(repeat.template, repeat.line), detail)


def _unused_parts(reading: Reading) -> Iterator[Problem]:
    """Only when every prompt was read: one that could not be may be the one that includes them."""
    if any(problem.level == "error" for problem in reading.problems):
        return
    used = {path.resolve() for prompt in reading.prompts for path in prompt.paths}
    for folder in reading.folders:
        for file in files_below(folder):
            is_part = _PARTS in file.relative_to(folder).parts[:-1] and not file.name.endswith(SUFFIX)
            if is_part and file.resolve() not in used:
                yield warning(file, 1, 1, "no prompt includes this part.")
