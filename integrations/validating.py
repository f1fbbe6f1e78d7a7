"""Whether what is asked fits an action's schema, in words. Pure."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from integrations.contract import Json

LARGEST_INPUT: Final = 64_000
_SHOWN: Final = 300


def fault_of(schema: Json, value: Mapping[str, Any]) -> str | None:
    """The one thing that is most wrong with it, and where; None when it fits."""
    # At most as long as this before a schema, and its patterns, are tried on it.
    if len(json.dumps(value, default=str)) > LARGEST_INPUT:
        return f"it is longer than {LARGEST_INPUT:,} bytes."
    wrong = best_match(_validator(json.dumps(schema)).iter_errors(value))
    return _told(wrong) if wrong else None


def _told(wrong: ValidationError) -> str:
    place = wrong.json_path.removeprefix("$").removeprefix(".")
    return f"{place}: {wrong.message[:_SHOWN]}." if place else f"{wrong.message[:_SHOWN]}."


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))
