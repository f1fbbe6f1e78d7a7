"""What a caller gives for a prompt's variables: checked, bounded, copied."""

from collections.abc import Mapping
from typing import Any, Final

from prompts.bundle import Type, Variable
from prompts.bundle.faults import hint
from prompts.bundle.values import NotPlain, kind, plain, plain_text
from prompts.rendering.refusals import BadVariables

LONGEST: Final = 256_000
_LONGEST_LIST: Final = 1_000


def admit(declared: Mapping[str, Variable], defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values to render with. Raises BadVariables."""
    for name in given:
        if name not in declared:
            raise BadVariables(f"The prompt has no variable {name[:100]!r}; {hint(name[:100], declared)}")
    values = {**defaults, **{name: given[name] for name in given if given[name] is not None}}
    missing = [name for name, variable in declared.items() if variable.required and name not in values]
    if missing:
        raise BadVariables(f"Missing: {', '.join(missing)}. Give a value to every variable that is required.")
    checked = {name: _checked(name, declared[name].type, value) for name, value in values.items()}
    length = sum(map(_length, checked.values()))
    if length > LONGEST:
        raise BadVariables(f"The variables have {length:,} characters; {LONGEST:,} are the most.")
    return checked


def _checked(name: str, type_: Type, value: object) -> Any:
    if not type_.fits(value):
        raise BadVariables(f"{name}: it must be of type {type_}, not {kind(value)}.")
    try:
        return plain_text(value) if isinstance(value, str) else _bounded(plain(value))
    except NotPlain as fault:
        raise BadVariables(f"{name}: {fault}") from None


def _bounded(value: Any) -> Any:
    """Of what `plain` copied: each list and object is exactly that."""
    if type(value) is list:
        if len(value) > _LONGEST_LIST:
            raise NotPlain(f"a list may have at most {_LONGEST_LIST:,} items, not {len(value):,}.")
        for each in value:
            _bounded(each)
    elif type(value) is dict:
        for each in value.values():
            _bounded(each)
    return value


def _length(value: Any) -> int:
    kind_ = type(value)
    if kind_ is str:
        return len(value)
    if kind_ is dict:
        return sum(map(len, value)) + sum(map(_length, value.values()))
    return sum(map(_length, value)) if kind_ is list else 1
