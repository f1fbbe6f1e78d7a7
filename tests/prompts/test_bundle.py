import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.bundle import BadBundle, Bundle
from tests.prompts.texts import make_bundle

WHOLE: dict[str, Any] = {
    "messages": [{"role": "system", "content": 'Be kind. {% include "parts/a.md" %}'}],
    "parts": {"parts/a.md": "Ünïcode"},
    "model": {"chain": "default", "temperature": 0.2, "max_output_tokens": 600},
    "output": {"schema": {"type": "object"}},
    "variables": {
        "question": {"type": "string", "required": True},
        "tone": {"type": "string", "required": False, "default": "calm"},
    },
}
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def shuffled(value: Any) -> Any:
    """The same with every object's fields in another order."""
    if isinstance(value, dict):
        return {name: shuffled(each) for name, each in reversed(value.items())}
    return [shuffled(each) for each in value] if isinstance(value, list) else value


def faults_of(data: Any) -> list[str]:
    with pytest.raises(BadBundle) as refused:
        Bundle.parse(data)
    return [f"{fault.path}: {fault.detail}" for fault in refused.value.faults]


def test_the_hash_is_of_the_canonical_text() -> None:
    text = Bundle.parse(WHOLE).as_json()
    assert text == json.dumps(WHOLE, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert Bundle.parse(WHOLE).hash == hashlib.sha256(text.encode()).hexdigest()


def test_what_was_written_is_read_again() -> None:
    bundle = Bundle.parse(WHOLE)
    assert Bundle.from_json(bundle.as_json()) == bundle


def test_the_order_of_fields_is_no_content() -> None:
    assert Bundle.parse(shuffled(WHOLE)).hash == Bundle.parse(WHOLE).hash


@given(TEXTS, st.dictionaries(st.sampled_from(["a.md", "b/c.md", "é.md"]), TEXTS), st.floats(0, 2), st.none() | TEXTS)
def test_any_content_keeps_its_hash_through_json(
    text: str, parts: dict[str, str], temperature: float, default: str | None
) -> None:
    variables = {"tone": {"type": "string", "default": default}}
    bundle = make_bundle(text, parts=parts, model={"temperature": temperature}, variables=variables)
    again = Bundle.from_json(json.dumps(shuffled(json.loads(bundle.as_json()))))
    assert again.hash == bundle.hash


@given(TEXTS, TEXTS)
def test_texts_have_one_hash_only_when_they_are_one_text(first: str, second: str) -> None:
    hashes = {make_bundle(first).hash, make_bundle(second).hash}
    lines = {text.replace("\r\n", "\n").replace("\r", "\n") for text in (first, second)}
    assert len(hashes) == len(lines)


@pytest.mark.parametrize(
    "changed",
    [
        {"messages": [{"role": "user", "content": WHOLE["messages"][0]["content"]}]},
        {"parts": {"parts/a.md": "Ünicode"}},
        {"parts": {"parts/a.md": "Ünïcode", "parts/b.md": "more"}},
        {"model": {"chain": "default", "temperature": 0.3, "max_output_tokens": 600}},
        {"model": {"model": "default", "temperature": 0.2, "max_output_tokens": 600}},
        {"output": {"schema": {"type": "array"}}},
        {"output": {"grounded": True}},
        {"variables": {**WHOLE["variables"], "tone": {"type": "string", "default": "warm"}}},
        {"variables": {"question": {"type": "string"}}},
    ],
)
def test_any_other_content_has_another_hash(changed: dict[str, Any]) -> None:
    assert Bundle.parse({**WHOLE, **changed}).hash != Bundle.parse(WHOLE).hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"model": {"temperature": 1}}, {"model": {"temperature": 1.0}}),
        ({"model": {"temperature": 0.0}}, {"model": {"temperature": -0.0}}),
        ({"model": {"stop": "END"}}, {"model": {"stop": ["END"]}}),
        ({"output": {"grounded": False}}, {}),
        ({"parts": {"a.md": "1\r\n2"}}, {"parts": {"a.md": "1\n2"}}),
        ({"model": None, "output": None}, {}),
        ({"variables": {"q": {"type": "string"}}}, {"variables": {"q": {"type": "string", "required": True}}}),
    ],
)
def test_two_spellings_of_one_content_are_one_version(one: dict[str, Any], other: dict[str, Any]) -> None:
    messages = {"messages": [{"role": "user", "content": "x"}]}
    assert Bundle.parse({**messages, **one}).hash == Bundle.parse({**messages, **other}).hash


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"messages": []}, "messages: there must be a list of 1 to 50 messages."),
        ({"messages": [{"role": "sytem", "content": "x"}]}, "messages[0].role: it is 'sytem'; it must be one of:"),
        ({"messages": [{"content": "x"}]}, "messages[0].role: it is missing"),
        ({"messages": [{"role": "user"}]}, "messages[0].content: it is missing."),
        ({"messages": [{"role": "user", "content": ["x"]}]}, "messages[0].content: it must be text, not a list."),
        ({"messages": [{"role": "user", "content": "a\0b"}]}, "messages[0].content: a NUL character is not text."),
        ({"messages": [{"role": "user", "content": "\ud800"}]}, "messages[0].content: half of a surrogate pair"),
        ({"messages": [{"role": "user", "content": "x" * 100_001}]}, "messages[0].content: it must have 1 to 100,000"),
        ({"messages": [{"role": "user", "content": "x", "nam": 1}]}, "messages[0].nam: there is no such field;"),
        ({"mesages": []}, "mesages: there is no such field; did you mean messages?"),
        ({"parts": {"../a.md": "x"}}, "parts.../a.md: a path leads from the prompt's own folder down"),
        ({"parts": {"/etc/passwd": "x"}}, "parts./etc/passwd: a path leads from"),
        ({"parts": {"a//b.md": "x"}}, "parts.a//b.md: a path is written without"),
        ({"parts": {"a.md": None}}, "parts.a.md: it is missing."),
        ({"parts": {f"{n}.md": "x" * 90_000 for n in range(5)}}, "the bundle: messages and parts may have 400,000"),
        ({"model": {"chain": "a", "model": "b"}}, "model.model: a prompt names a chain or a model, not both."),
        ({"model": {"temperature": 3}}, "model.temperature: it is 3; it must be a number from 0 to 2."),
        ({"model": {"temperature": True}}, "model.temperature: it is True;"),
        ({"model": {"temperature": float("nan")}}, "model.temperature: it is nan;"),
        ({"model": {"max_output_tokens": 1.5}}, "model.max_output_tokens: it is 1.5; it must be a whole number"),
        ({"model": {"seed": 10**5000}}, "model.seed: it is a number beyond 64 bits;"),
        ({"model": {"stop": []}}, "model.stop: it must be a text, or a list of 1 to 4 texts."),
        ({"model": {"temprature": 1}}, "model.temprature: there is no such field; did you mean temperature?"),
        ({"model": {"reasoning_effort": "much"}}, "model.reasoning_effort: it is 'much'; it must be: none,"),
        ({"output": {"schema": "x"}}, "output.schema: it must be a JSON schema, not 'x'."),
        ({"output": {"schema": {"type": "objekt"}}}, "output.schema.type: not a JSON schema: 'objekt'"),
        ({"output": {"schema": {"$ref": "http://x/y"}}}, "output.schema: $ref 'http://x/y' leads out of the schema"),
        ({"output": {"schema": {}, "grounded": True}}, "output.grounded: grounded answers have a schema of their own"),
        ({"output": {"min_confidence": 0.5}}, "output.min_confidence: only grounded answers have it"),
        ({"output": {"grounded": True, "min_confidence": 2}}, "output.min_confidence: it must be a number from 0 to 1"),
        ({"variables": {"q": {"type": "text"}}}, "variables.q.type: there is no type 'text'; there are:"),
        ({"variables": {"q": {}}}, "variables.q.type: its type is missing"),
        ({"variables": {"1q": {"type": "string"}}}, "variables.1q: a name begins with a letter"),
        ({"variables": {"q\n": {"type": "string"}}}, "variables.q\n: a name begins with a letter"),
        ({"variables": {"_q": {"type": "string"}}}, "variables._q: a name begins with a letter"),
        ({"variables": {"loop": {"type": "string"}}}, "variables.loop: this word belongs to the template language"),
        ({"variables": {"q": {"type": "string", "default": 1}}}, "variables.q.default: it must be of type string"),
        (
            {"variables": {"q": {"type": "string", "default": "x", "required": True}}},
            "variables.q.required: what is required needs no default",
        ),
        ([], "the bundle: it must be an object, not a list."),
    ],
)
def test_what_cannot_be_is_refused_by_its_place(wrong: Any, said: str) -> None:
    messages = {"messages": [{"role": "user", "content": "x"}]}
    data = {**messages, **wrong} if isinstance(wrong, dict) else wrong
    assert any(f"{fault}".startswith(said.removeprefix("the bundle")) for fault in faults_of(data))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = {"messages": [{"role": "x"}], "model": {"top_p": 2}, "variables": {"q": {"type": 1}}, "other": 1}
    assert [fault.split(":")[0] for fault in faults_of(wrong)] == [
        "other",
        "messages[0].role",
        "messages[0].content",
        "model.top_p",
        "variables.q.type",
    ]


@pytest.mark.parametrize("text", ["", "{", '{"model": {"temperature": NaN}}', "[" * 100_000, "null", "1"])
def test_what_is_not_json_of_a_bundle_is_refused(text: str) -> None:
    with pytest.raises(BadBundle):
        Bundle.from_json(text)


def test_a_schema_nested_without_end_is_refused() -> None:
    schema: dict[str, Any] = {}
    schema["not"] = schema
    assert faults_of({**WHOLE, "output": {"schema": schema}}) == [
        "output.schema: it may have at most 20,000 values, 32 deep."
    ]
