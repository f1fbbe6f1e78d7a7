"""Settings of a model, as other tools call them, in our words."""

from collections.abc import Mapping
from typing import Any, Final

from prompts.bundle.settings import SETTINGS
from prompts.exchange.draft import Notes

_NAMES: Final = {
    "max_tokens": "max_output_tokens", "maxTokens": "max_output_tokens", "maxOutputTokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens", "topP": "top_p", "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty", "stopSequences": "stop", "reasoningEffort": "reasoning_effort",
}  # fmt: skip
_OURS: Final = frozenset(SETTINGS) - {"chain", "model"}


def settings(given: Mapping[str, Any], line: int, notes: Notes, where: str) -> dict[str, Any]:
    """Those that prompts have, in our order; the others are told."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        ours = _NAMES.get(name, name)
        if ours in _OURS and value is not None:
            found[ours] = value
        else:
            notes.leave_out(line, [name], where)
    return {name: found[name] for name in SETTINGS if name in found}


def told_model(name: str, line: int, notes: Notes) -> str:
    """As it is: whoever declares models may call one so."""
    notes.tell(line, f"model {name}: calls go to a model that is declared under this name; or write chain: default.")
    return name
