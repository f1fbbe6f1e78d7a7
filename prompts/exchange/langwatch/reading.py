"""Of LangWatch's prompt files: model, modelParameters, messages, inputs, outputs, response_format."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from prompts.exchange.draft import Draft, DraftMessage, Notes, Options, Source, Taken, Untranslatable
from prompts.exchange.inferring import variables_of
from prompts.exchange.langwatch.liquid import translate
from prompts.exchange.model_settings import settings, told_model
from prompts.exchange.naming import name_of
from prompts.files import SUFFIX
from prompts.files.yaml_text import Document, NotYaml, read_yaml

_READ: Final = ("model", "modelParameters", "messages", "prompt", "inputs", "outputs", "response_format", "handle")
_READ_TOO: Final = ("responseFormat", "temperature", "max_tokens", "maxTokens", "name", "description")
_OF_A_MESSAGE: Final = ("role", "content")
_TYPES: Final = {
    "str": "string", "string": "string", "float": "number", "number": "number", "int": "integer", "bool": "boolean",
    "boolean": "boolean", "dict": "object", "json": "object", "list": "list", "date": "string",
}  # fmt: skip


def recognises(source: Source) -> bool:
    if not source.path.name.endswith((SUFFIX, ".prompt.yml")):
        return False
    try:
        data = read_yaml(source.text).data
    except NotYaml:
        return False
    return isinstance(data, dict) and (isinstance(data.get("model"), str) or "modelParameters" in data)


def read(source: Source, options: Options) -> Taken:
    notes = Notes(source.path)
    try:
        document = read_yaml(source.text)
    except NotYaml as fault:
        notes.refuse(fault.mark.line, fault.detail)
        return Taken((), tuple(notes.problems))
    if not isinstance(document.data, dict):
        notes.refuse(1, "it holds no fields: there must be model and messages.")
        return Taken((), tuple(notes.problems))
    draft = _draft(source, document, notes)
    # One without a message of its own would be another prompt.
    return Taken(() if notes.has_refused else (draft,), tuple(notes.problems))


def _draft(source: Source, document: Document, notes: Notes) -> Draft:
    data: dict[str, Any] = document.data
    for name in data:
        if name not in (*_READ, *_READ_TOO):
            notes.leave_out(document.at((name,)).line, [name])
    messages = tuple(_messages(data, document, notes))
    return Draft(
        name=name_of(source.path.name.removesuffix(SUFFIX).removesuffix(".prompt.yml")),
        path=source.path,
        line=1,
        messages=messages,
        model=_model(data, document, notes),
        variables=variables_of([each.content for each in messages], _inputs(data, document, notes)),
        schema=_schema(data, document, notes),
        description=str(data.get("description") or ""),
    )


def _messages(data: Mapping[str, Any], document: Document, notes: Notes) -> Iterator[DraftMessage]:
    if isinstance(data.get("prompt"), str):
        yield from _message("system", data["prompt"], document.within(("prompt",), 1, 1).line, notes)
    listed = data.get("messages")
    if listed is not None and not isinstance(listed, list):
        notes.refuse(document.at(("messages",)).line, "messages: it must be a list.")
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        place = ("messages", index)
        if not isinstance(each, dict) or not isinstance(each.get("content"), str):
            notes.refuse(document.at(place).line, f"messages[{index}]: there must be a role and a text as content.")
            continue
        notes.leave_out(document.at(place).line, [key for key in each if key not in _OF_A_MESSAGE], "messages.")
        line = document.within((*place, "content"), 1, 1).line
        yield from _message(str(each.get("role")), each["content"], line, notes)


def _message(role: str, text: str, line: int, notes: Notes) -> Iterator[DraftMessage]:
    try:
        yield DraftMessage(role, translate(text, line, notes), line)
    except Untranslatable as fault:
        notes.refuse(fault.line, fault.detail)


def _model(data: Mapping[str, Any], document: Document, notes: Notes) -> dict[str, Any]:
    parameters = data.get("modelParameters")
    given = {name: data[name] for name in ("temperature", "max_tokens", "maxTokens") if name in data}
    if isinstance(parameters, dict):
        given |= parameters
    line = document.at(("modelParameters",)).line
    found = settings(given, line, notes, "modelParameters.")
    if isinstance(data.get("model"), str):
        found = {"model": told_model(data["model"], document.at(("model",)).line, notes), **found}
    return found


def _inputs(data: Mapping[str, Any], document: Document, notes: Notes) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    listed = data.get("inputs")
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        name = each.get("identifier", each.get("name")) if isinstance(each, dict) else None
        said = str(each.get("type", "str")) if isinstance(each, dict) else ""
        type_ = "list" if said.startswith("list") else _TYPES.get(said)
        if not isinstance(name, str) or type_ is None:
            notes.tell(
                document.at(("inputs", index)).line, f"inputs[{index}]: a variable of type {said!r} is text here."
            )
        if isinstance(name, str):
            found[name] = {"type": type_ or "string"}
    return found


def _schema(data: Mapping[str, Any], document: Document, notes: Notes) -> Mapping[str, Any] | None:
    for name in ("response_format", "responseFormat"):
        said = data.get(name)
        if isinstance(said, dict):
            inner = said.get("json_schema", said)
            schema = inner.get("schema") if isinstance(inner, dict) else None
            if isinstance(schema, dict):
                return schema
            notes.leave_out(document.at((name,)).line, [name])
    return _from_outputs(data, document, notes)


def _from_outputs(data: Mapping[str, Any], document: Document, notes: Notes) -> Mapping[str, Any] | None:
    listed = data.get("outputs")
    outputs = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    schemas = [each["json_schema"] for each in outputs if isinstance(each.get("json_schema"), dict)]
    if len(schemas) == 1 and len(outputs) == 1:
        return dict(schemas[0])
    if schemas or any(each.get("type") != "str" for each in outputs) or len(outputs) > 1:
        notes.leave_out(document.at(("outputs",)).line, ["outputs"])
    return None
