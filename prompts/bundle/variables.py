"""What a prompt is told at every call: names, types, and what stands in when nothing is given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from prompts.bundle.faults import Fault, Place, hint
from prompts.bundle.values import NotPlain, fields, kind, plain

MOST_VARIABLES: Final = 100
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
# Words of the template language.
TAKEN: Final = frozenset(
    {"and", "as", "caller", "context", "elif", "else", "endfor", "endif", "false", "for", "if", "in", "include", "is"}
    | {"kwargs", "loop", "none", "not", "or", "range", "recursive", "self", "set", "super", "true", "varargs"}
)


class Type(StrEnum):
    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    LIST = "list"
    OBJECT = "object"

    def fits(self, value: object) -> bool:
        # By exact type: true is no number, and a text of a foreign class could do as it likes.
        return type(value) in _KINDS[self]


_KINDS: Final[Mapping[Type, tuple[type, ...]]] = {
    Type.STRING: (str,),
    Type.NUMBER: (int, float),
    Type.INTEGER: (int,),
    Type.BOOLEAN: (bool,),
    Type.LIST: (list, tuple),
    Type.OBJECT: (dict,),
}


@dataclass(frozen=True, slots=True)
class Variable:
    """`default` of None: there is none. What is neither required nor has a default may stay undefined."""

    type: Type
    required: bool = True
    default: Any = None

    def as_data(self) -> dict[str, Any]:
        data = {"type": self.type.value, "required": self.required}
        return data if self.default is None else data | {"default": self.default}


def read_variables(data: object, faults: list[Fault]) -> dict[str, Variable]:
    if data is None:
        return {}
    if not isinstance(data, Mapping) or len(data) > MOST_VARIABLES:
        faults.append(
            Fault(("variables",), f"there must be an object of at most {MOST_VARIABLES} variables: name and type.")
        )
        return {}
    return {str(name): _variable(str(name), each, faults) for name, each in data.items()}


def _variable(name: str, data: object, faults: list[Fault]) -> Variable:
    place: Place = ("variables", name)
    if not NAME.fullmatch(name):
        faults.append(Fault(place, "a name begins with a letter and has at most 63 letters, digits and _."))
    if name.lower() in TAKEN:
        faults.append(Fault(place, "this word belongs to the template language; take another name."))
    found = fields(data, place, ("type", "required", "default"), faults)
    type_, default = _type(found, place, faults), _default(found.get("default"), place, faults)
    if default is not None and not type_.fits(default):
        faults.append(Fault((*place, "default"), f"it must be of type {type_}, not {kind(default)}."))
    return Variable(type_, _required(found, default, place, faults), default)


def _type(found: dict[str, Any], place: Place, faults: list[Fault]) -> Type:
    said: Any = found.get("type")
    try:
        return Type(said)
    except ValueError:
        told = "its type is missing" if said is None else f"there is no type {kind(said)}"
        faults.append(Fault((*place, "type"), f"{told}; {hint(said, Type)}"))
        return Type.STRING


def _default(value: Any, place: Place, faults: list[Fault]) -> Any:
    try:
        return plain(value)
    except NotPlain as fault:
        faults.append(Fault((*place, "default"), str(fault)))
        return None


def _required(found: Mapping[str, Any], default: Any, place: Place, faults: list[Fault]) -> bool:
    required = found.get("required", default is None)
    if not isinstance(required, bool):
        faults.append(Fault((*place, "required"), f"it must be true or false, not {kind(required)}."))
    if required is True and default is not None:
        faults.append(Fault((*place, "required"), "what is required needs no default; keep one of both."))
    return required is True
