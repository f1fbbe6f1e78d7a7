"""What is typed for a prompt's variables: one field each, read as its type says, kept as it was typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from aiops.lib.showing import visible
from prompts.bundle import Type, Variable
from prompts.rendering.given import LONGEST
from prompts.views.json_faults import words_of
from prompts.views.samples import Sample

PREFIX: Final = "v."
_LONGEST_NUMBER: Final = 40
_NUMBERS: Final = (Type.NUMBER, Type.INTEGER)


class NotRead(ValueError):
    """What was typed is not of the variable's type; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Field:
    """`text`: as it stands in the form; `value`: what it is read as, None: not given."""

    name: str
    variable: Variable
    text: str
    value: Any = None
    source: str = ""
    is_made_up: bool = False
    problem: str = ""

    @property
    def key(self) -> str:
        return f"{PREFIX}{self.name}"

    @property
    def control(self) -> str:
        if self.variable.type is Type.BOOLEAN:
            return "choice" if self._may_stay_out else "checkbox"
        if self.variable.type in _NUMBERS:
            return "number"
        return "json" if self.variable.type in (Type.LIST, Type.OBJECT) else "text"

    @property
    def is_checked(self) -> bool:
        return self.text == "true"

    @property
    def default(self) -> str:
        return "" if self.variable.default is None else json.dumps(self.variable.default, ensure_ascii=False)

    @property
    def _may_stay_out(self) -> bool:
        return not self.variable.required and self.variable.default is None


def fields_of_samples(variables: Mapping[str, Variable], found: Mapping[str, Sample]) -> list[Field]:
    return [_of_sample(name, variable, found[name]) for name, variable in variables.items()]


def fields_of(variables: Mapping[str, Variable], given: Mapping[str, str]) -> list[Field]:
    """Of what was sent, by `v.` and the variable's name."""
    return [_read(name, variable, given) for name, variable in variables.items()]


def with_problem(fields: list[Field], name: str, problem: str) -> list[Field]:
    return [replace(each, problem=problem) if each.name == name else each for each in fields]


def with_no_items(fields: list[Field]) -> list[Field]:
    """Lists that were made up are empty."""
    source = "left empty: nobody knows what its items hold"
    return [replace(each, text="[]", value=[], source=source) if _is_made_up_list(each) else each for each in fields]


def _is_made_up_list(field: Field) -> bool:
    return field.is_made_up and field.variable.type is Type.LIST


def _of_sample(name: str, variable: Variable, sample: Sample) -> Field:
    text = "" if sample.value is None else _text(variable, sample.value)
    return Field(name, variable, text, sample.value, sample.source, sample.is_made_up)


def _text(variable: Variable, value: Any) -> str:
    if variable.type is Type.STRING:
        return visible(str(value))
    return json.dumps(value, ensure_ascii=False, indent=2 if variable.type in (Type.LIST, Type.OBJECT) else None)


def _read(name: str, variable: Variable, given: Mapping[str, str]) -> Field:
    text = given.get(f"{PREFIX}{name}", "")
    field = Field(name, variable, text)
    if field.control == "checkbox":
        return replace(field, text="true" if text else "false", value=bool(text) and text != "false")
    if not text.strip():
        problem = "Give a value: the prompt cannot do without it." if variable.required else ""
        return replace(field, problem=problem)
    try:
        return replace(field, value=_value(variable.type, text))
    except NotRead as fault:
        return replace(field, problem=str(fault))


def _value(type_: Type, text: str) -> Any:
    if len(text) > LONGEST:
        raise NotRead(f"It has {len(text):,} characters; {LONGEST:,} are the most for all variables together.")
    if type_ is Type.STRING:
        # Browsers send the line ends of Windows.
        return text.replace("\r\n", "\n")
    if type_ in _NUMBERS and len(text) > _LONGEST_NUMBER:
        raise NotRead("It is too long for a number.")
    value = _json(type_, text)
    if not type_.fits(value):
        raise NotRead(f"It must be {_WANTED[type_]}.")
    return value


def _json(type_: Type, text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as fault:
        if type_ in _NUMBERS or type_ is Type.BOOLEAN:
            raise NotRead(f"It must be {_WANTED[type_]}.") from None
        raise NotRead(f"It is not JSON: {words_of(fault)}.") from None
    except NotRead:
        raise
    except (ValueError, RecursionError):
        raise NotRead("It is not JSON that can be read.") from None


def _refuse(constant: str) -> NoReturn:
    raise NotRead(f"{constant} is not a number that JSON has.")


_WANTED: Final[Mapping[Type, str]] = {
    Type.NUMBER: "a number, such as 1.5",
    Type.INTEGER: "a whole number, such as 3",
    Type.BOOLEAN: "true or false",
    Type.LIST: 'a list in JSON, such as ["a", "b"]',
    Type.OBJECT: 'an object in JSON, such as {"name": "value"}',
}
