"""A version's settings in words: what is asked, what comes back, what its callers give. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from aiops.lib import figures
from aiops.lib.showing import visible
from prompts.bundle import Bundle, Output, Variable

_NAMES: Final = {
    "chain": "Model chain",
    "model": "Model",
    "temperature": "Temperature",
    "top_p": "Top p",
    "frequency_penalty": "Frequency penalty",
    "presence_penalty": "Presence penalty",
    "max_output_tokens": "Longest answer",
    "seed": "Seed",
    "stop": "Stops at",
    "reasoning_effort": "Reasoning effort",
}


def settings_in_words(bundle: Bundle) -> list[tuple[str, str]]:
    """Name and value; what is not set is left out."""
    found = (*_of_model(bundle.model), *_of_output(bundle.output), *_of_variables(bundle.variables))
    return [(visible(name), visible(value)) for name, value in found]


def _of_model(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, label in _NAMES.items():
        if name in settings:
            yield label, _value(name, settings[name])


def _value(name: str, value: Any) -> str:
    if name == "max_output_tokens":
        return f"{figures.exact(value)} tokens"
    if name == "stop":
        return ", ".join(json.dumps(each, ensure_ascii=False) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _of_output(output: Output) -> Iterator[tuple[str, str]]:
    if output.grounded:
        yield "Answer", "grounded in sources"
    if output.min_confidence is not None:
        yield "Least confidence", f"{output.min_confidence:g}"
    if output.schema is not None:
        yield "Answer", f"JSON of this schema: {json.dumps(output.schema, ensure_ascii=False)}"


def _of_variables(variables: Mapping[str, Variable]) -> Iterator[tuple[str, str]]:
    for name, variable in variables.items():
        yield f"Variable {name}", _told(variable)


def _told(variable: Variable) -> str:
    if variable.default is not None:
        return f"{variable.type.value}, else {json.dumps(variable.default, ensure_ascii=False)}"
    return f"{variable.type.value}, {'must be given' if variable.required else 'may be left out'}"
