"""A suite as JSON that is the same, byte for byte, whenever the suite is; its hash is the suite's version."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any

from evals.suites.model import Suite


def as_json(suite: Suite) -> str:
    """Sorted keys, no spaces, nothing that has its default: a field added later changes no hash."""
    return text(plain(suite))


def version_of(suite: Suite) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(as_json(suite).encode()).hexdigest()


def text(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def plain(value: Any) -> Any:
    """Only what JSON has. 3.0 is 3: databases and JavaScript would make it so, and the hash must stay."""
    if value is None or isinstance(value, str):
        return value
    if is_dataclass(value):
        kind: Any = type(value)
        given = ((name, getattr(value, name), usual) for name, usual in _usual(kind))
        return {name: plain(found) for name, found, usual in given if found != usual}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@cache
def _usual(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Each field with its default."""
    return tuple(
        (each.name, each.default if each.default_factory is MISSING else each.default_factory())
        for each in fields(kind)
    )
