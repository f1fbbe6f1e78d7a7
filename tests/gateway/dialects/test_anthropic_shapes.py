"""Answers of a given shape: by the API where it can bind the model to it, else by asking for it."""

from typing import Any

import jsonschema
import pytest

from gateway.dialects.anthropic.schemas import narrowed
from gateway.grounding.asking import SCHEMA
from tests.gateway.dialects.anthropic import ask

ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {"sure": {"type": "number", "minimum": 0, "maximum": 1}, "words": {"type": ["string", "null"]}},
    "required": ["sure"],
}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [], "additionalProperties": False}


def shaped(schema: Any, model: str = "claude-sonnet-5-5") -> dict[str, Any]:
    return ask(model, response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": schema}})


def test_a_schema_binds_the_model() -> None:
    assert shaped(ANSWER)["output_config"] == {
        "format": {
            "type": "json_schema",
            "schema": {
                "type": "object",
                "properties": {
                    "sure": {"type": "number", "description": 'Allowed: {"minimum":0,"maximum":1}'},
                    "words": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                },
                "required": ["sure"],
                "additionalProperties": False,
            },
        }
    }
    assert "system" not in shaped(ANSWER)


@pytest.mark.parametrize(
    ("schema", "model"), [(ANSWER, "claude-sonnet-4-20250514"), ({"type": "object"}, "claude-sonnet-5-5")]
)
def test_where_it_cannot_the_model_is_asked(schema: Any, model: str) -> None:
    asked = shaped(schema, model)
    assert "output_config" not in asked
    assert "follows this JSON schema" in asked["system"][-1]["text"]


def test_grounded_answers_are_bound_to_theirs() -> None:
    assert "output_config" in shaped(SCHEMA)


def test_any_json_object_is_asked_for() -> None:
    system = ask(response_format={"type": "json_object"})["system"]
    assert "one JSON object and nothing else" in system[0]["text"]


def test_text_is_as_ever() -> None:
    assert ask(response_format={"type": "text"}) == ask()


def test_effort_and_shape_stand_side_by_side() -> None:
    asked = ask(reasoning_effort="low", response_format={"type": "json_schema", "json_schema": {"schema": ANSWER}})
    assert asked["output_config"].keys() == {"effort", "format"}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        (obj(a={"const": 1}), obj(a={"enum": [1]})),
        (obj(a={"type": "string", "enum": ["x"]}), obj(a={"enum": ["x"]})),
        (obj(a={"type": "string", "format": "date"}), obj(a={"type": "string", "format": "date"})),
        (
            obj(a={"type": "string", "pattern": "^a", "description": "A."}),
            obj(a={"type": "string", "description": 'A. Allowed: {"pattern":"^a"}'}),
        ),
        (
            obj(a={"type": "array", "items": {"type": "string"}, "minItems": 1}),
            obj(a={"type": "array", "items": {"type": "string"}, "minItems": 1}),
        ),
        (
            obj(a={"oneOf": [{"type": "string"}, {"type": "null"}]}),
            obj(a={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ),
        (
            {**obj(a={"$ref": "#/definitions/b"}), "definitions": {"b": {"type": "integer"}}},
            {**obj(a={"$ref": "#/$defs/b"}), "$defs": {"b": {"type": "integer"}}},
        ),
    ],
)
def test_a_schema_within_what_the_api_knows(schema: Any, told: Any) -> None:
    assert narrowed(schema) == told


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "additionalProperties": {"type": "string"}},
        obj(a={"type": "array"}),
        obj(a={}),
        obj(a=True),
        obj(a={"enum": [{"b": 1}]}),
        obj(a={"type": "string", "not": {"const": "b"}}),
        obj(a={"$ref": "https://a.example/b"}),
        {**obj(), "required": ["a"]},
        {**obj(a={"$ref": "#/$defs/b"}), "$defs": {"b": obj(c={"$ref": "#/$defs/b"})}},
        {
            **obj(a={"$ref": "#/$defs/b"}),
            "$defs": {"b": obj(c={"$ref": "#/$defs/d"}), "d": obj(e={"$ref": "#/$defs/b"})},
        },
    ],
)
def test_a_schema_beyond_it(schema: Any) -> None:
    assert narrowed(schema) is None


def test_definitions_that_double_at_each_step_stay_small() -> None:
    steps = {f"d{n}": obj(a={"$ref": f"#/$defs/d{n + 1}"}, b={"$ref": f"#/$defs/d{n + 1}"}) for n in range(60)}
    told = narrowed({"$ref": "#/$defs/d0", "$defs": {**steps, "d60": {"type": "string"}}})
    assert told is not None
    assert told["$defs"].keys() == {*steps, "d60"}


@pytest.mark.parametrize(
    ("value", "fits"),
    [({"sure": 0.5, "words": None}, True), ({"sure": 0.5}, True), ({"words": "a"}, False), ({"sure": "a"}, False)],
)
def test_what_fits_the_narrowed_one_fits_the_given(value: Any, fits: bool) -> None:
    told = narrowed(ANSWER)
    assert told is not None
    assert jsonschema.Draft202012Validator(told).is_valid(value) is fits
    assert jsonschema.Draft202012Validator(ANSWER).is_valid(value) is fits
