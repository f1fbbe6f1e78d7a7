"""JSON schemas within what Anthropic's structured outputs know: what fits the narrowed one fits the given. Pure."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

import orjson

_FORMATS: Final = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
)
_SIMPLE: Final = frozenset({"string", "integer", "number", "boolean", "null"})
# Bounds that the API refuses, and a model heeds when it reads them.
_TOLD: Final = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "format"),
)
_DEEPEST: Final = 64


class _Inexpressible(Exception):
    """Nothing that the API takes allows only what this allows."""


def narrowed(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """None where it cannot be: it refers to itself, or leaves open what an object or a list holds."""
    try:
        return _Narrowing(schema).whole()
    except (_Inexpressible, CycleError):
        return None


class _Narrowing:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._definitions = {
            f"#/{place}/{name}": (name, definition)
            for place in ("definitions", "$defs")
            if isinstance(root.get(place), dict)
            for name, definition in root[place].items()
        }
        # Which definition refers to which: written out, a few short ones can make a schema of any size.
        self._refers: dict[str, set[str]] = {}
        self._reading = ""

    def whole(self) -> dict[str, Any]:
        schema = self.of(self._root)
        definitions: dict[str, dict[str, Any]] = {}
        while waiting := set().union(*self._refers.values()) - definitions.keys():
            self._reading = min(waiting)
            definitions[self._reading] = self.of(self._definitions[self._reading][1])
        TopologicalSorter(self._refers).prepare()
        named = {self._definitions[place][0]: definition for place, definition in definitions.items()}
        return {**schema, "$defs": named} if named else schema

    def of(self, schema: object, depth: int = 0) -> dict[str, Any]:
        if not isinstance(schema, dict) or depth > _DEEPEST:
            raise _Inexpressible
        if "$ref" in schema:
            return self._reference(schema["$ref"])
        for choice in ("anyOf", "oneOf"):
            if isinstance(schema.get(choice), list):
                return _described(schema) | {"anyOf": [self.of(each, depth + 1) for each in schema[choice]]}
        if "const" in schema or "enum" in schema:
            return _fixed(schema)
        if isinstance(schema.get("type"), list):
            return {"anyOf": [self.of({**schema, "type": kind}, depth + 1) for kind in schema["type"]]}
        return self._of_type(schema, depth)

    def _reference(self, place: object) -> dict[str, Any]:
        if not isinstance(place, str) or place not in self._definitions:
            raise _Inexpressible
        self._refers.setdefault(self._reading, set()).add(place)
        return {"$ref": f"#/$defs/{self._definitions[place][0]}"}

    def _of_type(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        kind = schema.get("type", "object" if "properties" in schema else None)
        if kind == "object":
            return _described(schema) | self._object(schema, depth)
        if kind == "array":
            least = {"minItems": schema["minItems"]} if schema.get("minItems") in (0, 1) else {}
            return _described(schema) | {"type": kind, "items": self.of(schema.get("items"), depth + 1), **least}
        if kind not in _SIMPLE or "allOf" in schema or "not" in schema:
            raise _Inexpressible
        form = {"format": schema["format"]} if schema.get("format") in _FORMATS else {}
        return _described(schema) | {"type": kind, **form}

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        required = schema.get("required") or []
        is_open = schema.get("additionalProperties") is not False and not properties
        if is_open or "patternProperties" in schema or "allOf" in schema or not set(required) <= set(properties):
            raise _Inexpressible
        return {
            "type": "object",
            "properties": {name: self.of(each, depth + 1) for name, each in properties.items()},
            "required": list(required),
            "additionalProperties": False,
        }


def _fixed(schema: Mapping[str, Any]) -> dict[str, Any]:
    values = [schema["const"]] if "const" in schema else schema["enum"]
    if not isinstance(values, list) or not values or any(isinstance(each, dict | list) for each in values):
        raise _Inexpressible
    return _described(schema) | {"enum": values}


def _described(schema: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: schema[name] for name in ("title", "description") if isinstance(schema.get(name), str)}
    bounds = {name: schema[name] for name in _TOLD if name in schema and not _is_known(name, schema[name])}
    if bounds:
        told = f"Allowed: {orjson.dumps(bounds).decode()}"
        kept["description"] = f"{kept['description']} {told}" if "description" in kept else told
    return kept


def _is_known(name: str, bound: object) -> bool:
    return (name == "format" and bound in _FORMATS) or (name == "minItems" and bound in (0, 1))
