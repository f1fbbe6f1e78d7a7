"""How a value stands in a prompt: text as it is, everything else as JSON would write it, not as Python would."""

import json
from typing import Any

from jinja2 import Undefined
from jinja2.runtime import LoopContext


def shown(value: Any) -> Any:
    if isinstance(value, str | Undefined):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | int | float | list | tuple | dict):
        return as_json(value)
    raise TypeError(f"a {_kind(value)} cannot be written into a prompt.")


def as_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _kind(value: object) -> str:
    return "loop" if isinstance(value, LoopContext) else type(value).__name__
