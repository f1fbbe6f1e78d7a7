"""Everything that can change an answer, in one value."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Self

from prompts.bundle.faults import BadBundle, Fault
from prompts.bundle.messages import Message, check_length, read_messages, read_parts
from prompts.bundle.output import Output, read_output
from prompts.bundle.settings import read_settings
from prompts.bundle.values import fields
from prompts.bundle.variables import Variable, read_variables

_FIELDS: Final = ("messages", "parts", "model", "output", "variables")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Made by `parse` or `from_json`, which check it; its mappings are never changed.

    `parts`: templates by their path, which leads down from the prompt file's folder; `model`: settings by name.
    """

    messages: tuple[Message, ...]
    parts: Mapping[str, str]
    model: Mapping[str, Any]
    output: Output
    variables: Mapping[str, Variable]

    @classmethod
    def parse(cls, data: object) -> Self:
        """From what `as_data` gives. Raises BadBundle with everything that is wrong."""
        faults: list[Fault] = []
        found = fields(data, (), _FIELDS, faults)
        bundle = cls(
            messages=read_messages(found.get("messages"), faults),
            parts=read_parts(found.get("parts"), faults),
            model=read_settings(found.get("model"), faults),
            output=read_output(found.get("output"), faults),
            variables=read_variables(found.get("variables"), faults),
        )
        check_length(bundle.messages, bundle.parts, faults)
        if faults:
            raise BadBundle(faults)
        return bundle

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises BadBundle, also for what is no JSON."""
        try:
            return cls.parse(json.loads(text, parse_constant=_refuse))
        except RecursionError as fault:
            raise BadBundle([Fault((), "lists and objects are nested too deep.")]) from fault
        except ValueError as fault:
            raise BadBundle([Fault((), f"it is not JSON: {fault}.")]) from fault

    def as_data(self) -> dict[str, Any]:
        return {
            "messages": [message.as_data() for message in self.messages],
            "parts": dict(self.parts),
            "model": dict(self.model),
            "output": self.output.as_data(),
            "variables": {name: variable.as_data() for name, variable in self.variables.items()},
        }

    def as_json(self) -> str:
        """Canonical: sorted, compact, in one spelling. What is hashed is what is stored."""
        return json.dumps(self.as_data(), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    @property
    def hash(self) -> str:
        """SHA-256 in hex; hashed anew every time it is asked."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number that JSON has")
