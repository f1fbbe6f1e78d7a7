"""One prompt file, with all that it includes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from prompts.bundle import BadBundle, Bundle, Fault
from prompts.bundle.values import fields
from prompts.files.collecting import Collected, collect
from prompts.files.folder import Unfit, text_of
from prompts.files.heading import FIELDS, Budget, Heading, read_heading
from prompts.files.problems import Problem, error
from prompts.files.shelf import Shelf
from prompts.files.source_map import SourceMap
from prompts.files.yaml_text import Document, NotYaml, read_yaml
from prompts.rendering import Assembly, assemble
from prompts.rules import Rule

_FIELDS: Final = (*FIELDS, "model", "output", "variables", "messages")


@dataclass(frozen=True, slots=True)
class PromptFile:
    """`feature` may be empty; `texts`: of the file, its parts and its schema, by path."""

    name: str
    feature: str
    description: str
    suites: tuple[str, ...]
    budget: Budget
    path: Path
    bundle: Bundle
    texts: Mapping[Path, str] = field(repr=False)
    assembly: Assembly = field(repr=False)
    source_map: SourceMap = field(repr=False)

    @property
    def paths(self) -> frozenset[Path]:
        """Every file that it is made of."""
        return frozenset(self.texts)


class Outcome(NamedTuple):
    """`prompt` is None when there are errors; `name` is told also then, if it was legible.

    `texts`: all that could be read for it, by path, errors or not.
    """

    prompt: PromptFile | None
    name: str
    name_line: int
    problems: tuple[Problem, ...]
    texts: Mapping[Path, str]


def read_prompt(path: Path, shelf: Shelf | None = None) -> Outcome:
    """Never raises: what is wrong, all of it, is in the outcome."""
    try:
        text = text_of(path)
    except Unfit as fault:
        return _unread(error(path, 1, 1, str(fault), fault.rule))
    try:
        document = read_yaml(text)
    except NotYaml as fault:
        return _unread(error(path, *fault.mark, fault.detail, Rule.SYNTAX), text)
    if not isinstance(document.data, dict):
        told = "a prompt file holds name, messages and more; this one holds no fields."
        return _unread(error(path, 1, 1, told), text)
    return _read(path, text, document, shelf or Shelf())


def _unread(problem: Problem, text: str = "") -> Outcome:
    return Outcome(None, "", 1, (problem,), {problem.path: text})


def _read(path: Path, text: str, document: Document, shelf: Shelf) -> Outcome:
    faults = [Fault(place, "it is there twice.") for place in document.repeated]
    found = fields(document.data, (), _FIELDS, faults)
    heading = read_heading(found, faults)
    collected = collect(path, text, document, shelf)
    bundle = _bundle(collected.data, faults)
    assembly = _assembly(collected, shelf)
    problems = [*_placed(faults, collected), *collected.problems, *_in_templates(collected, assembly)]
    prompt = None if problems or bundle is None else _prompt(heading, path, bundle, collected, assembly)
    return Outcome(prompt, heading.name, document.at(("name",)).line, tuple(problems), collected.texts)


def _bundle(data: Mapping[str, Any], faults: list[Fault]) -> Bundle | None:
    try:
        return Bundle.parse(data)
    except BadBundle as refused:
        faults += refused.faults
        return None


def _placed(faults: Iterable[Fault], collected: Collected) -> Iterator[Problem]:
    for fault in faults:
        yield error(*collected.source_map.at(fault.place), f"{fault.path or 'the file'}: {fault.detail}")


def _assembly(collected: Collected, shelf: Shelf) -> Assembly:
    variables = collected.data.get("variables")
    messages = {name: text for name, text in collected.source_map.templates.items() if name not in collected.parts}
    declared = variables if isinstance(variables, dict) else {}
    return assemble(messages, collected.parts, declared, read=shelf.template)


def _in_templates(collected: Collected, assembly: Assembly) -> Iterator[Problem]:
    told = {(problem.path, problem.line, problem.column) for problem in collected.problems}
    for source, line, token, detail, rule in (*assembly.faults, *assembly.hopeless):
        spot = collected.source_map.within(source, line, token)
        # A part that could not be read was told with its reason; that it is missing says nothing more.
        if spot not in told:
            yield error(*spot, detail, rule)


def _prompt(heading: Heading, path: Path, bundle: Bundle, collected: Collected, assembly: Assembly) -> PromptFile:
    return PromptFile(
        name=heading.name,
        feature=heading.feature,
        description=heading.description,
        suites=heading.suites,
        budget=heading.budget,
        path=path,
        bundle=bundle,
        texts=collected.texts,
        assembly=assembly,
        source_map=collected.source_map,
    )
