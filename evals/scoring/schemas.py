"""JSON Schema of draft 7, as strict as promptfoo's validator: an unknown keyword is a fault of the schema."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft7Validator, SchemaError
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

from evals.scoring.checks import CannotTell

_MAPS: Final = ("properties", "patternProperties", "definitions", "$defs", "dependencies")
_LISTS: Final = ("allOf", "anyOf", "oneOf", "items")
_SINGLE: Final = (
    *("not", "if", "then", "else", "contains", "propertyNames"),
    *("items", "additionalItems", "additionalProperties"),
)
_NAMES: Final = """
$schema $id $ref $comment $defs definitions title description default examples readOnly writeOnly deprecated
type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern
format contentMediaType contentEncoding items additionalItems maxItems minItems uniqueItems contains
maxProperties minProperties required properties patternProperties additionalProperties dependencies
propertyNames if then else allOf anyOf oneOf not nullable id discriminator
"""
_KEYWORDS: Final = frozenset(_NAMES.split())
_OTHER_FORMATS: Final = "duration uuid byte int32 int64 float double password binary iso-time iso-date-time url"
_FORMATS: Final = frozenset(Draft7Validator.FORMAT_CHECKER.checkers) | frozenset(_OTHER_FORMATS.split())


def conforms(value: Any, schema: Any) -> str | None:
    """What is wrong with the value; None when nothing is. Raises CannotTell when the schema itself is wrong."""
    _check(schema)
    validator = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER, registry=Registry())
    try:
        fault = best_match(validator.iter_errors(value))
    except Unresolvable as error:
        raise CannotTell(f"the schema refers to what is not in it: {error.ref}") from error
    return None if fault is None else f"{fault.json_path}: {fault.message}"[:500]


def _check(schema: Any) -> None:
    try:
        Draft7Validator.check_schema(schema)
    except SchemaError as fault:
        raise CannotTell(f"the schema is not valid: {fault.message[:300]}") from fault
    for part in _parts(schema):
        unknown = next((name for name in part if name not in _KEYWORDS), None)
        if unknown is not None:
            raise CannotTell(f"the schema has an unknown keyword: {unknown}")
        if part.get("format", "date") not in _FORMATS:
            raise CannotTell(f"the schema has an unknown format: {part['format']}")


def _parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """The schema and every schema in it."""
    if not isinstance(schema, Mapping):
        return
    yield schema
    for name, value in schema.items():
        if name in _MAPS and isinstance(value, Mapping):
            inner = list(value.values())
        elif name in _LISTS and isinstance(value, list):
            inner = value
        else:
            inner = [value] if name in _SINGLE else []
        for each in inner:
            yield from _parts(each)
