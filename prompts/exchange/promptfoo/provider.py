"""The provider of a configuration, when there is just one: its model and settings."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from prompts.exchange.draft import Notes
from prompts.exchange.model_settings import settings, told_model
from prompts.files.yaml_text import Document

_KINDS: Final = frozenset({"chat", "completion", "messages", "responses", "embedding"})


class Provider(NamedTuple):
    model: dict[str, Any]
    schema: Mapping[str, Any] | None = None


def provider_of(document: Document, notes: Notes) -> Provider:
    key = "providers" if "providers" in document.data else "targets"
    said = document.data.get(key)
    line = document.at((key,)).line
    listed = said if isinstance(said, list) else [] if said is None else [said]
    if len(listed) != 1:
        if listed:
            notes.tell(line, f"{len(listed)} {key}: which of them answers is not taken over.")
        return Provider({})
    name, config = _read(listed[0])
    return _provider(name, config, line, notes)


def _read(said: Any) -> tuple[str, Mapping[str, Any]]:
    if isinstance(said, str):
        return said, {}
    if isinstance(said, dict) and "id" not in said and len(said) == 1:
        name, inner = next(iter(said.items()))
        said = {"id": name, **inner} if isinstance(inner, dict) else {"id": name}
    config = said.get("config") if isinstance(said, dict) else None
    name = said.get("id") if isinstance(said, dict) else None
    return name if isinstance(name, str) else "", config if isinstance(config, dict) else {}


def _provider(name: str, config: Mapping[str, Any], line: int, notes: Notes) -> Provider:
    given = {key: value for key, value in config.items() if key != "response_format"}
    model = settings(given, line, notes, "providers.config.")
    if name.startswith(("file://", "exec:", "python:", "http")):
        notes.tell(line, "a provider of its own code is not taken over.")
    elif name:
        kept = [step for index, step in enumerate(name.split(":")) if index and step not in _KINDS]
        model = {"model": told_model(":".join(kept) or name, line, notes), **model}
    return Provider(model, _schema(config, line, notes))


def _schema(config: Mapping[str, Any], line: int, notes: Notes) -> Mapping[str, Any] | None:
    said = config.get("response_format")
    inner = said.get("json_schema") if isinstance(said, dict) else None
    schema = inner.get("schema") if isinstance(inner, dict) else None
    if said is not None and not isinstance(schema, dict):
        notes.leave_out(line, ["response_format"], "providers.config.")
    return schema if isinstance(schema, dict) else None
