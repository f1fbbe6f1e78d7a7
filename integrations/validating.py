"""Whether what is asked fits an action's schema, in words. Pure."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from integrations.contract import Json

LARGEST_INPUT: Final = 64_000
_SHOWN: Final = 300
_LONGEST_VALUE: Final = 80
_LIMITS: Final = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}
_COUNTS: Final = {"minItems": "at least", "maxItems": "at most"}


def fault_of(schema: Json, value: Mapping[str, Any]) -> str | None:
    """The one thing that is most wrong with it, and where; None when it fits."""
    # At most as long as this before a schema, and its patterns, are tried on it.
    if len(json.dumps(value, default=str)) > LARGEST_INPUT:
        return f"it is longer than {LARGEST_INPUT:,} bytes."
    wrong = best_match(_validator(json.dumps(schema)).iter_errors(value))
    return _told(wrong) if wrong else None


def _told(wrong: ValidationError) -> str:
    place = wrong.json_path.removeprefix("$").removeprefix(".")
    said = _in_words(wrong)
    return f"{place}: {said}." if place else f"{said}."


def _in_words(wrong: ValidationError) -> str:
    rule, allowed, instance = str(wrong.validator), cast("Any", wrong.validator_value), cast("Any", wrong.instance)
    given = _shortened(instance)
    if rule in _LIMITS:
        return f"{given} is not allowed; {_LIMITS[rule]} {allowed} is"
    if rule in ("anyOf", "oneOf") and all(set(each) == {"required"} for each in allowed):
        names = " or ".join(" and ".join(each["required"]) for each in allowed)
        return f"give {'one of ' if rule == 'oneOf' else ''}{names}"
    if rule in _COUNTS:
        return f"it has {len(instance):,} entries; {_COUNTS[rule]} {allowed} are allowed"
    # The schema's own words begin with the whole value.
    return wrong.message.replace(repr(instance), given, 1)[:_SHOWN]


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))
