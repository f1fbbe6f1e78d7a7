"""What a caller gives for a prompt's variables: checked, bounded, copied."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from prompts.bundle import Variable
from prompts.bundle.faults import hint
from prompts.bundle.values import NotPlain, kind, plain, plain_text
from prompts.rendering.refusals import BadVariables

LONGEST: Final = 256_000
_LONGEST_LIST: Final = 1_000
# Of names that nobody declared: a caller may send thousands.
_TOLD: Final = 5


def admit(declared: Mapping[str, Variable], defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values to render with. Raises BadVariables."""
    unknown = [name for name in given if name not in declared]
    values = {**defaults, **{name: given[name] for name in given if given[name] is not None}}
    missing = [name for name, variable in declared.items() if variable.required and name not in values]
    unfit = [name for name in values if name in declared and not declared[name].type.fits(values[name])]
    if unknown or missing or unfit:
        raise BadVariables(" ".join(_faults(declared, values, unknown, missing, unfit)))
    checked = {name: _checked(name, value) for name, value in values.items()}
    length = sum(map(_length, checked.values()))
    if length > LONGEST:
        raise BadVariables(f"The variables have {length:,} characters; {LONGEST:,} are the most.")
    return checked


def _faults(
    declared: Mapping[str, Variable],
    values: Mapping[str, Any],
    unknown: Sequence[str],
    missing: Sequence[str],
    unfit: Sequence[str],
) -> Iterator[str]:
    """All that is wrong, so that it is put right at once."""
    for name in unknown[:_TOLD]:
        yield f"The prompt has no variable {name[:100]!r}; {hint(name[:100], declared)}"
    if len(unknown) > _TOLD:
        yield f"And {len(unknown) - _TOLD:,} more that it does not have."
    if missing:
        yield f"Missing: {', '.join(missing)}. Give a value to every variable that is required."
    for name in unfit:
        yield f"{name}: it must be of type {declared[name].type}, not {kind(values[name])}."


def _checked(name: str, value: object) -> Any:
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
