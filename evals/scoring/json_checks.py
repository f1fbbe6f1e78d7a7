"""is-json, contains-json."""

from pathlib import Path
from typing import Any, Final

from aiops.lib import yaml_file
from aiops.lib.yaml_file import Unreadable
from evals.scoring import bounded
from evals.scoring.checks import CannotTell, Found
from evals.scoring.question import Question
from evals.suites.values import NotJson, read_json

_SCHEMA: Final = Path("schema")


def is_json(question: Question) -> Found:
    try:
        value = read_json(question.text)
    except NotJson as fault:
        return Found(False, f"it is not JSON: {fault}")
    schema = _schema(question.value)
    if schema is None:
        return Found(True, "it is JSON.")
    wrong = bounded.call("conforms", value, schema)
    return Found(wrong is None, "it conforms to the schema." if wrong is None else f"it does not conform: {wrong}")


def contains_json(question: Question) -> Found:
    schema = _schema(question.value)
    if schema is None:
        passed = bool(bounded.call("objects", question.text))
        return Found(passed, f"it contains {'an' if passed else 'no'} object of JSON.")
    passed = bounded.call("conforming_object", question.text, schema)
    return Found(passed, f"it contains {'an' if passed else 'no'} object that conforms to the schema.")


def _schema(value: Any) -> Any:
    """As written, or text of YAML or JSON; None when there is none. Raises CannotTell."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return read_json(value) if value.lstrip().startswith("{") else _yaml(value)
    except (NotJson, Unreadable) as fault:
        raise CannotTell(f"the schema cannot be read: {fault}") from fault


def _yaml(text: str) -> Any:
    return yaml_file.parse(text, _SCHEMA, decimals=True).data
