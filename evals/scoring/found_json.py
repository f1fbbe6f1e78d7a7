"""JSON in the midst of text: what a model means as an object, read as leniently as promptfoo reads it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from aiops.lib import yaml_file
from aiops.lib.yaml_file import Unreadable
from evals.scoring import schemas
from evals.suites.values import NotJson, read_json

_LONGEST: Final = 100_000
_NOWHERE: Final = Path("output")


def objects(text: str, most: int = 1) -> list[dict[str, Any]]:
    """The first objects in the text. Braces are counted without regard to quotes, what they hold is read as YAML."""
    found: list[dict[str, Any]] = []
    for each in _each(text):
        found.append(each)
        if len(found) == most:
            break
    return found


def last_object(text: str) -> dict[str, Any] | None:
    """The one that ends at the text's last brace; None when there is none, or one behind it was cut off.

    Sought from its end, so that no brace that was quoted before it and never closes can take it in. JSON, or if nothing
    but it has a brace, as lenient as the others: what is lenient can be led on by a quoted text.
    """
    end = text.rfind("}") + 1
    if text.rfind("{") >= end:
        return None
    read = _leniently if text.count("{") == 1 else _strictly
    found = (read(text[at:end]) for at in _openings(text, end))
    return next((each for each in found if isinstance(each, dict)), None)


def has_conforming(text: str, schema: Any) -> bool:
    """One object that conforms is enough. Raises CannotTell when the schema is no schema."""
    return any([schemas.conforms(each, schema) is None for each in _each(text)])


def _each(text: str) -> Iterator[dict[str, Any]]:
    """Objects inside one that was found are not tried by themselves."""
    at = text.find("{")
    while at >= 0:
        end = _end(text, at)
        found = _read(text[at:end])
        if found is not None:
            yield found
        at = text.find("{", at + 1 if found is None else end)


def _end(text: str, start: int) -> int:
    """Behind the brace that closes; the end of the text when none does."""
    depth = 0
    for at in range(start, min(len(text), start + _LONGEST)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    return min(len(text), start + _LONGEST)


def _read(candidate: str) -> dict[str, Any] | None:
    """A final brace that is missing is added."""
    missing = candidate.count("{") - candidate.count("}")
    found = _leniently(candidate + "}" * max(0, missing))
    return found if isinstance(found, dict) else None


def _openings(text: str, end: int) -> Iterator[int]:
    """From the last to the first."""
    while (end := text.rfind("{", 0, end)) >= 0:
        yield end


def _strictly(text: str) -> Any:
    with suppress(NotJson):
        return read_json(text)
    return None


def _leniently(text: str) -> Any:
    """JSON first: YAML takes neither its tabs nor its pairs of surrogates."""
    found = _strictly(text)
    if found is not None:
        return found
    with suppress(Unreadable):
        return yaml_file.parse(text, _NOWHERE, decimals=True).data
    return None
