"""What to try a prompt with: its defaults, a case of a suite that judges it, else values that are made up."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models.functions import Length

from evals.models import Suite
from prompts.bundle import Bundle, Type, Variable
from prompts.models import Prompt

_MADE_UP: Final[Mapping[Type, Any]] = {
    Type.NUMBER: 1.5,
    Type.INTEGER: 3,
    Type.BOOLEAN: True,
    Type.LIST: ["a made-up item", "another one"],
    Type.OBJECT: {"name": "a made-up value"},
}
# Of a suite that is larger no case is looked for: the page would wait for it to be read.
_LARGEST_SUITE: Final = 1_000_000
_MOST_CASES: Final = 200


@dataclass(frozen=True, slots=True)
class Sample:
    value: Any
    # In words; empty: nothing stands there.
    source: str
    is_made_up: bool = False


def samples(prompt: Prompt, bundle: Bundle) -> dict[str, Sample]:
    """By variable."""
    case, source = _case(prompt, bundle) or ({}, "")
    return {name: _sample(name, each, case, source) for name, each in bundle.variables.items()}


def _sample(name: str, variable: Variable, case: Mapping[str, Any], source: str) -> Sample:
    if name in case:
        return Sample(case[name], source)
    if variable.default is not None:
        return Sample(variable.default, "the default")
    if not variable.required:
        return Sample(None, "")
    made_up = _MADE_UP.get(variable.type, f"A made-up {name.replace('_', ' ')}")
    return Sample(made_up, "made up", is_made_up=True)


def _case(prompt: Prompt, bundle: Bundle) -> tuple[Mapping[str, Any], str] | None:
    """The first whose variables are all that is needed, and fit."""
    needed = {name for name, each in bundle.variables.items() if each.required}
    for suite, case in _cases(prompt):
        given = case.get("vars", {})
        if needed <= given.keys() and all(_fits(bundle, name, value) for name, value in given.items()):
            return given, f"from case {str(case.get('key', ''))[:60]} of {suite}"
    return None


def _fits(bundle: Bundle, name: str, value: object) -> bool:
    return name in bundle.variables and bundle.variables[name].type.fits(value)


def _cases(prompt: Prompt) -> Iterator[tuple[str, Mapping[str, Any]]]:
    suites = Suite.objects.filter(name__in=prompt.suites).annotate(length=Length("current__content"))
    rows = suites.filter(length__lte=_LARGEST_SUITE).order_by("name").values_list("name", "current__content")
    for name, content in rows:
        for case in json.loads(content).get("cases", [])[:_MOST_CASES]:
            yield name, case
