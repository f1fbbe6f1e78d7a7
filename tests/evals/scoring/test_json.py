from typing import Any

import pytest

from tests.evals.scoring.asking import check, verdict

PERSON = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "born": {"type": "string", "format": "date"},
        "age": {"type": "integer"},
    },
}


@pytest.mark.parametrize(
    ("output", "schema", "expected"),
    [
        ('{"a": 1}', None, "pass"),
        (' \n{"a": 1}\n', None, "pass"),
        ("null", None, "pass"),
        ("3", None, "pass"),
        ('"text"', None, "pass"),
        ('```json\n{"a": 1}\n```', None, "fail"),
        ("{'a': 1}", None, "fail"),
        ('{"a": NaN}', None, "fail"),
        ("", None, "fail"),
        ("[" * 100_000, None, "fail"),
        ('{"name": "Ann"}', PERSON, "pass"),
        ('{"name": 7}', PERSON, "fail"),
        ('{"name": 7, "name": "Ann"}', PERSON, "pass"),
        ('{"name": "Ann", "age": 1.0}', PERSON, "pass"),
        ('{"name": "Ann", "age": 1.5}', PERSON, "fail"),
        ('{"name": "Ann", "born": "2026-02-30"}', PERSON, "fail"),
        ('{"name": "Ann", "born": "2026-02-28"}', PERSON, "pass"),
        ('{"a": 1}', "type: object\nrequired: [a]", "pass"),
        ('{"a": 1}', '{"type": "object", "required": ["b"]}', "fail"),
        ('{"b": 1}', '{"type": "object", "required": ["{{field}}"]}', "pass"),
        ('{"a": 1}', {"typo": "object"}, "unscored"),
        ('{"a": 1}', {"properties": {"a": {"typo": 1}}}, "unscored"),
        ('{"a": 1}', {"type": "thing"}, "unscored"),
        ('{"a": 1}', {"properties": {"a": {"format": "colour"}}}, "unscored"),
        ('{"a": 1}', "type: [object", "unscored"),
        ('{"a": 1}', {"$ref": "https://example.com/schema.json"}, "unscored"),
        ('{"properties": {"typo": 1}}', {"properties": {"properties": {"required": ["typo"]}}}, "pass"),
    ],
)
def test_is_json(output: str, schema: Any, expected: str) -> None:
    assert verdict(output, "is-json", schema, vars={"field": "b"}) == expected


@pytest.mark.parametrize("output", ["no json", '{"name": 7}'])
def test_not_is_json_passes_for_no_json_and_for_json_that_does_not_conform(output: str) -> None:
    assert verdict(output, "not-is-json", PERSON) == "pass"


@pytest.mark.parametrize(
    ("output", "schema", "expected"),
    [
        ('Here: {"a": 1}.', None, "pass"),
        ("Here: [1, 2]", None, "fail"),
        ("42", None, "fail"),
        ("Hello {name}", None, "pass"),
        ("so {'a': NaN}", None, "pass"),
        ('so {"a": 1,}', None, "pass"),
        ('cut {"a": {"b": 1}', None, "pass"),
        ('{"a":\t"\\ud83d\\ude00"}', None, "pass"),
        ("} and {: : [", None, "fail"),
        ('{"x": 1} {"name": "Ann"}', PERSON, "pass"),
        ('{"x": 1}', PERSON, "fail"),
        ('{"x": {"name": "Ann"}}', PERSON, "fail"),
        ('{"x": 1}', {"typo": 1}, "unscored"),
    ],
)
def test_contains_json(output: str, schema: Any, expected: str) -> None:
    assert verdict(output, "contains-json", schema) == expected


@pytest.mark.parametrize("output", ["{" * 300_000, "{a: " * 20_000])
def test_braces_without_end_are_left_alone(output: str) -> None:
    assert verdict(output, "contains-json") in ("fail", "unscored")


def test_a_schema_that_takes_for_ever_is_stopped() -> None:
    slow = {"type": "string", "pattern": "^(a+)+$"}
    assert check('"' + "a" * 50 + '!"', "is-json", slow).reason == "it takes more than 1 s."
