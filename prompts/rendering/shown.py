"""How a value stands in a prompt: text as it is, everything else as JSON would write it, not as Python would."""

import json
from typing import Any, Final

from jinja2 import Undefined
from jinja2.runtime import LoopContext

# Made once: building an encoder costs more than writing a number with it.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)
_AS_THEY_ARE: Final = (str, Undefined)
_WRITTEN: Final = (bool, int, float, list, tuple, dict)


def shown(value: Any) -> Any:
    if isinstance(value, _AS_THEY_ARE):
        return value
    if value is None:
        return ""
    if type(value) is int:
        return str(value)
    if isinstance(value, _WRITTEN):
        return as_json(value)
    raise TypeError(f"a {_kind(value)} cannot be written into a prompt.")


def as_json(value: Any, indent: int | None = None) -> str:
    if indent is None:
        return _ENCODER.encode(value)
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _kind(value: object) -> str:
    return "loop" if isinstance(value, LoopContext) else type(value).__name__
