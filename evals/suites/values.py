"""Values that are written in files of their own, and values that cannot be kept."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from aiops.lib import yaml_file
from aiops.lib.yaml_file import MOST_LEVELS
from evals.suites.folder import MOST_VALUE_BYTES, Folder, Unreachable, is_file, suffix

SCRIPTS: Final = frozenset({".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".py", ".rb"})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_YAML: Final = frozenset({".yaml", ".yml"})


class NotJson(Exception):
    """The text is not JSON; ours says why."""


def is_script(value: object) -> bool:
    return is_file(value) and suffix(str(value)) in SCRIPTS


def of_variable(value: Any, folder: Folder) -> Any:
    """A file is its text without the space around it; a YAML file, its JSON. Raises Unreachable, Unreadable."""
    if isinstance(value, list):
        return [of_variable(each, folder) for each in value]
    if not is_file(value) or is_script(value):
        return value
    if suffix(value) in _YAML:
        return json.dumps(_yaml(value, folder), ensure_ascii=False, separators=(",", ":"))
    return folder.text(value, most=MOST_VALUE_BYTES).strip()


def of_assertion(value: Any, folder: Folder) -> Any:
    """A JSON or YAML file is what it holds, any other its text. Raises Unreachable, Unreadable."""
    if not is_file(value) or is_script(value):
        return value
    if suffix(value) in _YAML:
        return _yaml(value, folder)
    text = folder.text(value, most=MOST_VALUE_BYTES)
    if suffix(value) != ".json":
        return text.strip()
    try:
        return read_json(text)
    except NotJson as fault:
        raise Unreachable(f"{folder.shown(value)} is not JSON: {fault}") from fault


def read_json(text: str) -> Any:
    """As JavaScript reads it: no NaN, and of a name that is there twice the last. Raises NotJson."""
    try:
        value = json.loads(text, parse_constant=_no_number)
    except RecursionError as fault:
        raise NotJson("it is nested too deeply.") from fault
    except json.JSONDecodeError as fault:
        raise NotJson(f"{fault.msg} at line {fault.lineno}, column {fault.colno}.") from fault
    except ValueError as fault:
        raise NotJson(str(fault)) from fault
    if text.count("[") + text.count("{") > MOST_LEVELS and _is_deep(value):
        raise NotJson("it is nested too deeply.")
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [inner for each in level if isinstance(each, dict | list) for inner in _inside(each)]
    return bool(level)


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def unkeepable(value: Any) -> str:
    """What a database or JSON cannot hold in it; empty when all is well."""
    if isinstance(value, str):
        return _unkeepable_text(value)
    if isinstance(value, float):
        return "" if math.isfinite(value) else "a number that JSON does not have"
    if isinstance(value, Mapping):
        return next(filter(None, (unkeepable(each) for pair in value.items() for each in pair)), "")
    if isinstance(value, list | tuple):
        return next(filter(None, map(unkeepable, value)), "")
    return "" if value is None or isinstance(value, bool | int) else f"a {type(value).__name__}"


def _unkeepable_text(text: str) -> str:
    if "\0" in text:
        return "a NUL character"
    return "half of a character (a lone surrogate)" if _SURROGATE.search(text) else ""


def _yaml(name: str, folder: Folder) -> Any:
    return yaml_file.parse(folder.text(name, most=MOST_VALUE_BYTES), folder.shown(name), decimals=True).data


def _no_number(name: str) -> Any:
    raise NotJson(f"{name} is no JSON number.")
