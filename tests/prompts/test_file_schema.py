"""The schema for editors says of every field what the reader says."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from prompts.bundle.settings import SPANS
from prompts.files.file_schema import file_schema
from prompts.files.heading import BUDGETS, LARGEST_BUDGET
from tests.prompts.test_prompt_files import WHOLE
from tests.prompts.texts import read_folder

EXAMPLES = sorted(Path("examples").rglob("*.prompt.yaml"))
VALIDATOR = Draft202012Validator(file_schema())
MESSAGES = [{"role": "system", "content": "Be kind."}]


def a_file(**fields: Any) -> dict[str, Any]:
    return {"name": "answer", "messages": MESSAGES} | fields


def is_read(folder: Path, data: dict[str, Any]) -> bool:
    """A file of JSON is one of YAML."""
    return not read_folder(folder, {"a.prompt.yaml": json.dumps(data)}).problems


def test_it_is_a_schema_itself() -> None:
    Draft202012Validator.check_schema(file_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=str)
def test_examples_are_valid(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(path.read_text()))] == []


def test_a_file_with_every_field_is_valid() -> None:
    assert VALIDATOR.is_valid(yaml.safe_load(WHOLE))


DEFAULTS = {"string": "", "number": 0.5, "integer": 1, "boolean": False, "list": [1], "object": {"a": 1}}
WRONG = {"string": 1, "number": "1", "integer": 1.5, "boolean": 0, "list": {}, "object": []}
EDGES = [
    *((a_file(model={name: span.least}), True) for name, span in SPANS.items()),
    *((a_file(model={name: span.most}), True) for name, span in SPANS.items()),
    *((a_file(model={name: span.most + 1}), False) for name, span in SPANS.items() if name != "seed"),
    *((a_file(model={name: span.least - 1}), False) for name, span in SPANS.items() if name != "seed"),
    *((a_file(budget={name: LARGEST_BUDGET}), True) for name in BUDGETS),
    *((a_file(budget={name: number}), False) for name in BUDGETS for number in (0, LARGEST_BUDGET + 1, 1.5)),
    (a_file(name="Answer"), False),
    (a_file(name="a" * 100), True),
    (a_file(name="a" * 101), False),
    (a_file(feature="a.b"), False),
    (a_file(description="x" * 500), True),
    (a_file(description="x" * 501), False),
    (a_file(suites=["a"]), True),
    (a_file(suites="a"), False),
    (a_file(suites=None, model=None, output=None, variables=None, budget=None), True),
    (a_file(model={"chain": "a", "model": "b"}), False),
    (a_file(model={"chain": "a", "model": None}), True),
    (a_file(model={"chain": ""}), False),
    (a_file(model={"chain": "a" * 201}), False),
    (a_file(model={"stop": ["a"] * 4}), True),
    (a_file(model={"stop": ["a"] * 5}), False),
    (a_file(model={"stop": []}), False),
    (a_file(model={"reasoning_effort": "high"}), True),
    (a_file(model={"reasoning_effort": "hard"}), False),
    (a_file(output={"min_confidence": 1.1, "grounded": True}), False),
    (a_file(output={"min_confidence": 1, "grounded": True}), True),
    (a_file(output={"grounded": "yes"}), False),
    (a_file(output={"schema": {"type": "object"}}), True),
    (a_file(output={"schema": [1]}), False),
    (a_file(output={"schema": ""}), False),
    (a_file(output={"schema": {"type": "object"}, "grounded": True}), False),
    (a_file(output={"schema": {"type": "object"}, "grounded": False}), True),
    (a_file(output={"schema": None, "grounded": True}), True),
    (a_file(output={"min_confidence": 0.5}), False),
    (a_file(output={"min_confidence": None, "grounded": False}), True),
    (a_file(output={"min_confidence": 0.5, "grounded": None}), False),
    (a_file(variables={"loop": {"type": "string"}}), False),
    (a_file(variables={"_a": {"type": "string"}}), False),
    (a_file(variables={"a" * 64: {"type": "string"}}), False),
    (a_file(variables={"a": {}}), False),
    (a_file(variables={"a": {"type": "text"}}), False),
    (a_file(variables={"a": {"type": "string", "required": "no"}}), False),
    *((a_file(variables={"a": {"type": name, "default": value}}), True) for name, value in DEFAULTS.items()),
    *((a_file(variables={"a": {"type": name, "default": WRONG[name]}}), False) for name in DEFAULTS),
    *((a_file(variables={"a": {"type": name, "default": None}}), True) for name in DEFAULTS),
    (a_file(variables={"a": {"type": "string", "default": "x", "required": True}}), False),
    (a_file(variables={"a": {"type": "string", "default": "x", "required": None}}), True),
    (a_file(variables={"a": {"type": "string", "default": "x", "required": False}}), True),
    (a_file(variables={"a": {"type": "string", "default": None, "required": True}}), True),
    (a_file(messages=[{"role": "user", "content": " \t "}]), False),
    (a_file(messages=[{"role": "user", "content": " "}]), False),
    (a_file(messages=[{"role": "user", "content": "\n x"}]), True),
    (a_file(messages=[]), False),
    (a_file(messages=MESSAGES * 50), True),
    (a_file(messages=MESSAGES * 51), False),
    (a_file(messages=[{"role": "tool", "content": "x"}]), False),
    (a_file(messages=[{"role": "user", "content": ""}]), False),
    (a_file(messages=[{"role": "user"}]), False),
    ({"messages": MESSAGES}, False),
    ({"name": "answer"}, False),
]


@pytest.mark.parametrize(("data", "is_right"), EDGES, ids=[str(number) for number in range(len(EDGES))])
def test_at_every_bound_schema_and_reader_say_the_same(tmp_path: Path, data: dict[str, Any], is_right: bool) -> None:
    assert (VALIDATOR.is_valid(data), is_read(tmp_path, data)) == (is_right, is_right)


PLACES: list[tuple[str, ...]] = [(), ("model",), ("output",), ("budget",), ("variables", "a"), ("messages", "0")]


@given(place=st.sampled_from(PLACES), name=st.from_regex(r"[a-z_]{1,12}", fullmatch=True))
def test_an_unknown_field_is_refused_by_both_and_a_known_one_by_neither(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str, ...], name: str
) -> None:
    data = a_file(model={}, output={}, budget={}, variables={"a": {"type": "string"}}, messages=[dict(MESSAGES[0])])
    target: Any = data
    for step in place:
        target = target[int(step)] if step.isdigit() else target[step]
    target.setdefault(name, None)
    folder = tmp_path_factory.mktemp("any")
    told = [error for error in VALIDATOR.iter_errors(data) if error.validator == "additionalProperties"]
    read = [problem for problem in read_folder(folder, {"a.prompt.yaml": json.dumps(data)}).problems]
    assert bool(told) == any("there is no such field" in problem.text for problem in read)


def test_the_console_serves_it_to_editors_without_login_and_once(client: Client) -> None:
    answer = client.get("/schemas/prompt.json")
    assert (answer.status_code, json.loads(answer.content)) == (200, file_schema())
    assert "max-age=3600" in answer["Cache-Control"]
    assert client.get("/schemas/prompt.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.post("/schemas/prompt.json").status_code == 405
