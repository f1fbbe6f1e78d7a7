"""Whether what is asked fits an action's schema, in words. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from integrations.contract import Json
from integrations.misfits import in_words

LARGEST_INPUT: Final = 64_000
_NO_TEXT: Final = re.compile(r"[\x00\ud800-\udfff]")


def fault_of(schema: Json, value: Mapping[str, Any]) -> str | None:
    """The one thing that is most wrong with it, and where; None when it fits."""
    # At most as long as this before a schema, and its patterns, are tried on it.
    if len(json.dumps(value, default=str)) > LARGEST_INPUT:
        return f"it is longer than {LARGEST_INPUT:,} bytes."
    if (place := _unstorable(value, "")) is not None:
        return f"{place.removeprefix('.')}: it holds a null character, or half of a surrogate pair."
    wrong = best_match(_validator(json.dumps(schema)).iter_errors(value))
    return _told(wrong) if wrong else None


def _unstorable(value: Any, place: str) -> str | None:
    """JSON can say what no database, and hardly a system, can keep: found before the system is asked."""
    match value:
        case str():
            return place if _NO_TEXT.search(value) else None
        case Mapping():
            inner = [(name, f"{place}.{_NO_TEXT.sub('�', str(name))}") for name in value]
            named = (where for name, where in inner if _NO_TEXT.search(str(name)))
            return next(named, None) or _first((value[name], where) for name, where in inner)
        case list():
            return _first((each, f"{place}[{number}]") for number, each in enumerate(value))
    return None


def _first(places: Iterable[tuple[Any, str]]) -> str | None:
    return next((found for value, place in places if (found := _unstorable(value, place)) is not None), None)


def _told(wrong: ValidationError) -> str:
    place = wrong.json_path.removeprefix("$").removeprefix(".")
    said = in_words(wrong)
    return f"{place}: {said}." if place else f"{said}."


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))
