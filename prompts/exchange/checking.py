"""Drafts as files, read back by our own reader before anybody sees them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from prompts.bundle import BadBundle, Bundle
from prompts.bundle.faults import Place
from prompts.bundle.messages import LONGEST_TEXT
from prompts.exchange.draft import Draft
from prompts.exchange.writing import Unwritable, prompt_files
from prompts.files import SUFFIX
from prompts.files.problems import Problem, error
from prompts.files.prompt_file import Outcome, read_prompt
from prompts.files.template_text import tidy
from prompts.rendering import BadTemplate, assemble, compile_bundle


class Made(NamedTuple):
    """`files`: by path from the folder they go to; none when there are problems."""

    bundle: Bundle | None
    files: Mapping[str, str]
    problems: tuple[Problem, ...]


def make(draft: Draft) -> Made:
    """Never raises: problems are told where they stand in the source."""
    if not draft.name:
        told = "nothing of what it is called can be a name: lower-case letters, digits and -. Give one with --name."
        return Made(None, {}, (error(draft.path, draft.line, 1, told),))
    return _make(_tidied(draft))


def _tidied(draft: Draft) -> Draft:
    """As it would be read from a file of ours."""
    messages = [each._replace(content=tidy(each.content)) for each in draft.messages]
    return replace(draft, messages=messages, parts={path: tidy(text) for path, text in draft.parts.items()})


def _make(draft: Draft) -> Made:
    # What is too long for a prompt would be parsed for minutes before it is refused.
    is_short = all(len(each.content) <= LONGEST_TEXT for each in draft.messages)
    problems = list(_in_templates(draft)) if is_short else []
    try:
        bundle = Bundle.parse(_data(draft))
    except BadBundle as refused:
        told = [
            error(draft.path, _line(draft, each.place), 1, f"{each.path or 'the prompt'}: {each.detail}")
            for each in refused.faults
        ]
        return Made(None, {}, (*told, *problems))
    if problems:
        return Made(None, {}, tuple(problems))
    try:
        compile_bundle(bundle)
        files = prompt_files(draft.name, bundle, _short(draft.description))
    except (BadTemplate, Unwritable) as fault:
        return Made(None, {}, (error(draft.path, draft.line, 1, str(fault)),))
    problems = list(_read_back(draft, bundle, files))
    return Made(bundle, {} if problems else files, tuple(problems))


def _data(draft: Draft) -> dict[str, object]:
    return {
        "messages": [{"role": each.role, "content": each.content} for each in draft.messages],
        "parts": dict(draft.parts),
        "model": dict(draft.model),
        "output": {} if draft.schema is None else {"schema": draft.schema},
        "variables": dict(draft.variables),
    }


def _in_templates(draft: Draft) -> Iterator[Problem]:
    messages = {f"messages[{index}]": each.content for index, each in enumerate(draft.messages)}
    begins = {f"messages[{index}]": each.line for index, each in enumerate(draft.messages)}
    for fault in assemble(messages, draft.parts, draft.variables).faults:
        where = begins.get(fault.source, draft.line)
        line = where + fault.line - 1 if fault.source in begins else where
        yield error(draft.path, line, 1, fault.detail, fault.rule)


def _line(draft: Draft, place: Place) -> int:
    index = place[1] if place[:1] == ("messages",) and len(place) > 1 else None
    return draft.messages[index].line if isinstance(index, int) else draft.line


def _read_back(draft: Draft, bundle: Bundle, files: Mapping[str, str]) -> Iterator[Problem]:
    with TemporaryDirectory() as folder:
        outcome = read_back(Path(folder), files)
    for problem in outcome.problems:
        yield error(draft.path, draft.line, 1, problem.text)
    if outcome.prompt is not None and outcome.prompt.bundle.hash != bundle.hash:
        yield error(draft.path, draft.line, 1, "written as a file it would not be read as it is; please report this.")


def read_back(folder: Path, files: Mapping[str, str]) -> Outcome:
    """What our reader makes of the files, written into an empty folder."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return read_prompt(folder / next(path for path in files if path.endswith(SUFFIX)))


def _short(description: str) -> str:
    return description.strip()[:500]
