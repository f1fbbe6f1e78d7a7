"""Every prompt that a configuration names."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from prompts.exchange.draft import Draft, Notes, Options, Source, Taken, Untranslatable
from prompts.exchange.inferring import common_type, optional, replaced_in, type_of, variables_of
from prompts.exchange.naming import name_of
from prompts.exchange.promptfoo.chats import messages_of
from prompts.exchange.promptfoo.entries import Entry, entries, sample_variables
from prompts.exchange.promptfoo.provider import Provider, provider_of
from prompts.files.problems import error
from prompts.files.yaml_text import Document, NotYaml, read_yaml

_SUFFIXES: Final = (".yaml", ".yml", ".json")
_FOR_SUITES: Final = ("tests", "defaultTest", "scenarios", "derivedMetrics")
_READ: Final = (*_FOR_SUITES, "prompts", "providers", "targets", "description", "$schema")


def recognises(source: Source) -> bool:
    if source.path.suffix not in _SUFFIXES:
        return False
    try:
        data = read_yaml(source.text).data
    except NotYaml:
        return False
    return isinstance(data, dict) and "prompts" in data


def read(source: Source, options: Options) -> Taken:
    notes = Notes(source.path)
    try:
        document = read_yaml(source.text)
    except NotYaml as fault:
        notes.refuse(fault.mark.line, fault.detail)
        return Taken((), tuple(notes.problems))
    if not isinstance(document.data, dict) or not document.data.get("prompts"):
        notes.refuse(1, "it has no prompts.")
        return Taken((), tuple(notes.problems))
    _tell_the_rest(document, notes)
    found = list(entries(source, document, notes))
    drafts = tuple(_drafts(source, document, found, provider_of(document, notes), notes))
    return Taken(drafts, tuple(notes.problems), frozenset(each.path for each in found) - {source.path})


def _tell_the_rest(document: Document, notes: Notes) -> None:
    for name in document.data:
        if name in _FOR_SUITES:
            notes.tell(document.at((name,)).line, f"{name}: a suite in evals/ takes them as they are.")
        elif name not in _READ:
            notes.leave_out(document.at((name,)).line, [name])


def _drafts(
    source: Source, document: Document, found: Sequence[Entry], provider: Provider, notes: Notes
) -> Iterator[Draft]:
    samples, is_whole = sample_variables(document.data)
    known = _typed(samples)
    lists = frozenset(name for name, type_ in known.items() if type_ == "list")
    for number, entry in enumerate(found, start=1):
        try:
            messages = messages_of(entry, lists)
        except Untranslatable as fault:
            notes.problems.append(error(entry.path, fault.line, 1, fault.detail))
            continue
        texts = [each.content for each in messages]
        yield Draft(
            name=name_of(entry.name) or _numbered(source, number, len(found)),
            path=entry.path,
            line=entry.line,
            messages=messages,
            model=provider.model,
            variables=_variables(texts, known, samples if is_whole else None),
            schema=provider.schema,
        )


def _numbered(source: Source, number: int, of: int) -> str:
    stem = source.path.stem
    base = name_of(source.path.resolve().parent.name if stem.startswith("promptfooconfig") else stem) or "prompt"
    return f"{base}-{number}" if of > 1 else base


def _typed(samples: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    types: dict[str, list[str]] = {}
    for sample in samples:
        for name, value in sample.items():
            types.setdefault(name, []).append(type_of(_one_of(value)))
    return {name: common_type(each) for name, each in types.items()}


def _one_of(value: Any) -> Any:
    """A list that begins with a text is one value a test."""
    return value[0] if isinstance(value, list) and value and isinstance(value[0], str) else value


def _variables(
    texts: Sequence[str], known: Mapping[str, str], samples: Sequence[Mapping[str, Any]] | None
) -> dict[str, dict[str, Any]]:
    """Those the texts use; one that a test goes without may be left out."""
    guessed = variables_of(texts, {})
    typed = {name: {"type": type_} for name, type_ in known.items() if name in guessed}
    found = variables_of(texts, typed)
    absent = {name for name in found for sample in samples or () if name not in sample}
    replaced = replaced_in(texts)
    return {name: _free(found[name], name in replaced) if name in absent else found[name] for name in guessed}


def _free(variable: Mapping[str, Any], is_replaced: bool) -> dict[str, Any]:
    return {"type": variable["type"], "required": False} if is_replaced else {**variable, **optional(variable)}
