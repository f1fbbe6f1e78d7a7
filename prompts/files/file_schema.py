"""The file's format as JSON Schema, for editors: they complete, explain and underline while somebody writes.

Bounds come from what reads the file. What a schema cannot say (an include that is not there), `check` says.
"""

from collections.abc import Mapping
from typing import Any, Final

from prompts.bundle import Role, Type
from prompts.bundle.messages import LONGEST_TEXT, MOST_MESSAGES
from prompts.bundle.settings import EFFORTS, LONGEST_NAME, MOST_STOPS, SPANS, Span
from prompts.bundle.variables import MOST_VARIABLES, TAKEN
from prompts.bundle.variables import NAME as VARIABLE
from prompts.files.heading import BUDGETS, LARGEST_BUDGET, LONGEST_DESCRIPTION, NAME, SLUG

_SAID: Final[Mapping[str, str]] = {
    "temperature": "How freely words are chosen: 0 always takes the likeliest.",
    "top_p": "Only the likeliest words that make up this share.",
    "frequency_penalty": "Against words that have come often.",
    "presence_penalty": "Against words that have come at all.",
    "max_output_tokens": "How long an answer may become.",
    "seed": "The same seed asks for the same answer, where a provider knows it.",
}
_BUDGETS: Final[Mapping[str, str]] = {
    "system_tokens": "Of system and developer messages together.",
    "message_tokens": "Of any one message, with its parts.",
    "part_tokens": "Of any one part.",
    "total_tokens": "Of everything.",
}


def file_schema() -> dict[str, Any]:
    """Draft 2020-12. Every field but `name` and `messages` may be left out, or be null."""
    fields = {
        "name": {"type": "string", "pattern": _whole(NAME.pattern), "description": "What calls name, as it is unique."},
        "feature": _or_null(
            {"type": "string", "pattern": _whole(SLUG.pattern), "description": "The feature that it serves."}
        ),
        "description": _or_null(
            {"type": "string", "maxLength": LONGEST_DESCRIPTION, "description": "For colleagues; no model reads it."}
        ),
        "model": _or_null(_model()),
        "output": _or_null(_output()),
        "variables": _or_null(_variables()),
        "suites": _or_null(
            {
                "type": "array",
                "items": {"type": "string", "pattern": _whole(NAME.pattern)},
                "description": "The suites that judge it before it goes live.",
            }
        ),
        "budget": _or_null(_budget()),
        "messages": _messages(),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Prompt file of the AI Ops Console",
        "description": "*.prompt.yaml: a prompt, with the parts that it includes.",
    } | _object(fields, required=["name", "messages"])


def _model() -> dict[str, Any]:
    name = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
    stop = {"anyOf": [name, {"type": "array", "items": name, "minItems": 1, "maxItems": MOST_STOPS}]}
    fields = {
        "chain": name | {"description": "The chain that answers: models, in the order in which they are asked."},
        "model": name | {"description": "One model instead of a chain."},
        **{setting: _span(span) | {"description": _SAID[setting]} for setting, span in SPANS.items()},
        "stop": stop | {"description": "Texts at which an answer ends."},
        "reasoning_effort": {"enum": list(EFFORTS), "description": "How long the model may think."},
    }
    either = {
        "not": {"type": "object", "required": ["chain", "model"], "properties": dict.fromkeys(("chain", "model"), name)}
    }
    nullable = {setting: _or_null(said) for setting, said in fields.items()}
    return _object(nullable) | either | {"description": "Who answers, and how."}


def _span(span: Span) -> dict[str, Any]:
    return {"type": "integer" if span.whole else "number", "minimum": span.least, "maximum": span.most}


def _output() -> dict[str, Any]:
    fields = {
        "schema": _or_null(
            {
                "type": ["string", "object"],
                "minLength": 1,
                "description": "JSON Schema that answers must have: the path of a file beside this one, or itself.",
            }
        ),
        "grounded": _or_null({"type": "boolean", "description": "Answers must quote their sources."}),
        "min_confidence": _or_null(
            {"type": "number", "minimum": 0, "maximum": 1, "description": "Of grounded answers: below it is refused."}
        ),
    }
    is_grounded = {"required": ["grounded"], "properties": {"grounded": {"const": True}}}
    rules = [
        {"if": _has("schema"), "then": {"not": is_grounded}},
        {"if": _has("min_confidence"), "then": is_grounded},
    ]
    return _object(fields) | {"allOf": rules, "description": "What an answer must be; left out, it is free text."}


def _variables() -> dict[str, Any]:
    fields = {
        "type": {"enum": [each.value for each in Type], "description": "What may be given."},
        "required": _or_null({"type": "boolean", "description": "Left out: yes, unless there is a default."}),
        "default": {"description": "What stands in when nothing is given."},
    }
    return {
        "type": "object",
        "description": "What the prompt is told at every call.",
        "maxProperties": MOST_VARIABLES,
        "propertyNames": {"pattern": _whole(VARIABLE.pattern), "not": {"enum": sorted(TAKEN)}},
        "additionalProperties": _object(fields, required=["type"]) | {"allOf": _of_defaults()},
    }


def _of_defaults() -> list[dict[str, Any]]:
    """Of the variable's type; and what has one is not required."""
    optional = {"if": _has("default"), "then": {"properties": {"required": {"enum": [False, None]}}}}
    return [optional, *({"if": _is(each), "then": {"properties": {"default": _default(each)}}} for each in Type)]


def _is(kind: Type) -> dict[str, Any]:
    return {"type": "object", "required": ["type"], "properties": {"type": {"const": kind.value}}}


def _default(kind: Type) -> dict[str, Any]:
    return {"type": ["array" if kind is Type.LIST else kind.value, "null"]}


def _has(field: str) -> dict[str, Any]:
    """A field without a value is none."""
    return {"type": "object", "required": [field], "properties": {field: {"not": {"type": "null"}}}}


def _budget() -> dict[str, Any]:
    fields = {
        name: _or_null({"type": "integer", "minimum": 1, "maximum": LARGEST_BUDGET, "description": _BUDGETS[name]})
        for name in BUDGETS
    }
    return _object(fields) | {"description": "How many tokens there may be; more is an error of `aiops prompts check`."}


def _messages() -> dict[str, Any]:
    fields = {
        "role": {"enum": [role.value for role in Role], "description": "Who says it."},
        "content": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_TEXT,
            # Spaces alone are taken away where a file is read.
            "pattern": r"[^ \t]",
            "description": 'A template: {{ variable }}, {% if %}, {% for %}, {% include "parts/name.md" %}.',
        },
    }
    message = _object(fields, required=["role", "content"])
    return {
        "type": "array",
        "items": message,
        "minItems": 1,
        "maxItems": MOST_MESSAGES,
        "description": "What is sent, in this order.",
    }


def _object(fields: Mapping[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    found = {"type": "object", "properties": dict(fields), "additionalProperties": False}
    return found | {"required": required} if required else found


def _or_null(said: dict[str, Any]) -> dict[str, Any]:
    """A field without a value says nothing. Without a choice between two, editors tell what is wrong inside."""
    if "enum" in said:
        return said | {"enum": [*said["enum"], None]}
    if "anyOf" in said:
        return said | {"anyOf": [*said["anyOf"], {"type": "null"}]}
    kinds = said["type"] if isinstance(said["type"], list) else [said["type"]]
    return said | {"type": [*kinds, "null"]}


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"
