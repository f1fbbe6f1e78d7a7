"""Picoschema: schemas in a few words of YAML, brought to JSON schema."""

from collections.abc import Mapping
from typing import Any, Final

_SCALARS: Final = ("any", "boolean", "integer", "null", "number", "string")
_KINDS: Final = (*_SCALARS, "object", "array")
_WILDCARD: Final = "(*)"


class Unreadable(Exception):
    """Says why."""


def json_schema(said: Any) -> dict[str, Any]:
    """Raises Unreadable. What is JSON schema already stays as it is."""
    if isinstance(said, Mapping) and said.get("type") in _KINDS:
        return dict(said)
    if isinstance(said, Mapping) and isinstance(said.get("properties"), Mapping):
        return {**said, "type": "object"}
    return _schema(said)


def _schema(said: Any) -> dict[str, Any]:
    if isinstance(said, str):
        return _scalar(said)
    if isinstance(said, Mapping):
        return _object(said)
    raise Unreadable(f"a schema is made of words and objects, not of {said!r:.60}.")


def _scalar(said: str) -> dict[str, Any]:
    type_, description = _parts(said)
    if type_ not in _SCALARS:
        raise Unreadable(f"the schema {type_[:60]!r} is registered in a program; write its fields here.")
    told = {"description": description} if description else {}
    return told if type_ == "any" else {"type": type_, **told}


def _object(said: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    more: Any = False
    for key, value in said.items():
        if key == _WILDCARD:
            more = _schema(value)
            continue
        name, is_optional, schema = _property(key, value)
        properties[name] = schema
        required += [] if is_optional else [name]
    needed = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": more}


def _property(key: str, value: Any) -> tuple[str, bool, dict[str, Any]]:
    name, _, kind = key.partition("(")
    is_optional = name.endswith("?")
    name = name.removesuffix("?")
    if not kind:
        return name, is_optional, _or_null(_schema(value), is_optional)
    type_, description = _parts(kind.removesuffix(")"))
    schema = _of_kind(type_, value, is_optional)
    return name, is_optional, schema | {"description": description} if description else schema


def _of_kind(type_: str, value: Any, is_optional: bool) -> dict[str, Any]:
    if type_ == "array":
        return _or_null({"type": "array", "items": _schema(value)}, is_optional)
    if type_ == "object":
        return _or_null(_schema(value), is_optional)
    if type_ == "enum" and isinstance(value, list):
        return {"enum": [*value, None] if is_optional and None not in value else list(value)}
    raise Unreadable(f"in brackets stands array, object or enum, not {type_[:60]!r}.")


def _or_null(schema: dict[str, Any], is_optional: bool) -> dict[str, Any]:
    return (
        schema | {"type": [schema["type"], "null"]} if is_optional and isinstance(schema.get("type"), str) else schema
    )


def _parts(said: str) -> tuple[str, str]:
    type_, _, description = said.partition(",")
    return type_.strip(), description.strip()
