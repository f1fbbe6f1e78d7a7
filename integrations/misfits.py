"""What JSON Schema finds wrong, in the words of the house, and never with more of the value than helps. Pure."""

from typing import Any, Final, cast

from jsonschema import ValidationError

_SHOWN: Final = 300
_LONGEST_VALUE: Final = 80
_LIMITS: Final = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}
_COUNTS: Final = {"minItems": "at least", "maxItems": "at most"}


def in_words(wrong: ValidationError) -> str:
    rule, allowed, instance = str(wrong.validator), cast("Any", wrong.validator_value), cast("Any", wrong.instance)
    given = _shortened(instance)
    if rule in _LIMITS:
        return f"{given} is not allowed; {_LIMITS[rule]} {allowed} is"
    if rule in ("anyOf", "oneOf") and all(set(each) == {"required"} for each in allowed):
        names = " or ".join(" and ".join(each["required"]) for each in allowed)
        return f"give {'either ' if rule == 'oneOf' else ''}{names}"
    if rule in _COUNTS:
        return f"it has {len(instance):,} entries; {_COUNTS[rule]} {allowed} are allowed"
    # The schema's own words begin with the whole value.
    return wrong.message.replace(repr(instance), given, 1)[:_SHOWN]


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
