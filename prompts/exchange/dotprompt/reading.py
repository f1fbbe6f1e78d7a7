"""Of a `.prompt` file: its frontmatter and its template; partials are the files `_name.prompt` beside it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from prompts.exchange.dotprompt import tree
from prompts.exchange.dotprompt.frontmatter import Parts, split
from prompts.exchange.dotprompt.messages import messages_of
from prompts.exchange.dotprompt.picoschema import Unreadable, json_schema
from prompts.exchange.dotprompt.scope import Uses
from prompts.exchange.dotprompt.translating import Translator
from prompts.exchange.dotprompt.variables import completed, variables_of
from prompts.exchange.draft import Draft, DraftMessage, Notes, Options, Source, Taken, Untranslatable
from prompts.exchange.model_settings import settings, told_model
from prompts.exchange.naming import name_of
from prompts.files.folder import Unfit, is_inside, text_of

SUFFIX: Final = ".prompt"
_WORD: Final = re.compile(r"\w+")
_READ: Final = ("name", "variant", "description", "model", "config", "input", "output")


def recognises(source: Source) -> bool:
    return source.path.suffix == SUFFIX


def read(source: Source, options: Options) -> Taken:
    notes = Notes(source.path)
    files: set[Path] = set()
    try:
        draft = _draft(source, split(source.text), notes, files)
    except Untranslatable as fault:
        notes.refuse(fault.line, fault.detail)
        return Taken((), tuple(notes.problems), frozenset(files))
    return Taken((draft,), tuple(notes.problems), frozenset(files))


def _draft(source: Source, parts: Parts, notes: Notes, files: set[Path]) -> Draft:
    data: Mapping[str, Any] = parts.document.data
    for name in data:
        if name not in _READ:
            notes.leave_out(parts.line(name), [name])
    schema, defaults = _input(parts, notes), _mapping(_mapping(data.get("input")).get("default"))
    # Once to see what the template needs, once with that known.
    first = _translator(source, Uses(schema, defaults.keys(), _words(parts.body)), Notes(source.path), files)
    _messages(parts, first)
    whole = completed(schema, defaults, first.uses.of)
    translator = _translator(source, Uses(whole, defaults.keys(), first.uses.words), notes, files)
    return Draft(
        name=_name(source, data),
        path=source.path,
        line=parts.body_line,
        messages=_messages(parts, translator),
        parts=translator.parts,
        model=_model(parts, notes),
        variables=variables_of(whole, defaults),
        schema=_output(parts, notes),
        description=data["description"] if isinstance(data.get("description"), str) else "",
    )


def _translator(source: Source, uses: Uses, notes: Notes, files: set[Path]) -> Translator:
    def find(name: str, line: int) -> str:
        text = _partial(source, name, line, files)
        uses.words |= _words(text)
        return text

    return Translator(uses, find, notes)


def _messages(parts: Parts, translator: Translator) -> list[DraftMessage]:
    # So that lines are those of the file.
    above = "\n" * (parts.body_line - 1)
    return messages_of(tree.parse(f"{above}{parts.body}"), translator, parts.body_line)


def _partial(source: Source, name: str, line: int, files: set[Path]) -> str:
    """Raises Untranslatable."""
    steps = name.split("/")
    file = source.path.parent.joinpath(*steps[:-1], f"_{steps[-1]}{SUFFIX}")
    if ".." in steps or not is_inside(file, source.root):
        raise Untranslatable(line, f"the partial {name[:60]!r} leads out of the folder.")
    if not file.exists():
        raise Untranslatable(line, f"there is no partial {name[:60]!r}: no file {file.name} beside this one.")
    files.add(file)
    try:
        return text_of(file)
    except Unfit as fault:
        raise Untranslatable(line, f"{file.name}: {fault}") from None


def _name(source: Source, data: Mapping[str, Any]) -> str:
    stem = source.path.name.removesuffix(SUFFIX)
    said = str(data.get("name") or stem.partition(".")[0])
    variant = str(data.get("variant") or stem.partition(".")[2])
    return name_of(f"{said}.{variant}" if variant else said)


def _model(parts: Parts, notes: Notes) -> dict[str, Any]:
    data = parts.document.data
    found = settings(_mapping(data.get("config")), parts.line("config"), notes, "config.")
    if isinstance(data.get("model"), str):
        return {"model": told_model(data["model"], parts.line("model"), notes), **found}
    return found


def _input(parts: Parts, notes: Notes) -> Mapping[str, Any]:
    said = _mapping(parts.document.data.get("input"))
    line = parts.line("input", "schema")
    if said.get("schema") is None:
        return {}
    try:
        schema = json_schema(said["schema"])
    except Unreadable as fault:
        notes.tell(line, f"input.schema: {fault} Types of variables are guessed.")
        return {}
    properties = [each for each in _mapping(schema.get("properties")).values() if isinstance(each, Mapping)]
    if any("description" in each for each in properties):
        notes.leave_out(line, ["descriptions of variables"])
    if any(each.keys() & {"enum", "properties", "items"} for each in properties):
        notes.tell(line, "input.schema: of variables the type is checked, not what is in lists, objects and enums.")
    return schema


def _output(parts: Parts, notes: Notes) -> Mapping[str, Any] | None:
    said = _mapping(parts.document.data.get("output"))
    if said.get("schema") is None:
        if said.get("format") not in (None, "text"):
            notes.tell(parts.line("output"), f"output.format {said['format']!r} without a schema is not taken over.")
        return None
    try:
        return json_schema(said["schema"])
    except Unreadable as fault:
        raise Untranslatable(parts.line("output", "schema"), f"output.schema: {fault}") from None


def _mapping(said: Any) -> Mapping[str, Any]:
    return said if isinstance(said, Mapping) else {}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text))
