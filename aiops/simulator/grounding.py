"""Answers as JSON: in the grounded shape, or as any value that a schema allows. Pure."""

from collections.abc import Mapping
from typing import Any

import orjson

from aiops.simulator import answering, contradicting
from aiops.simulator.answering import UNKNOWN
from aiops.simulator.conversation import Messages, question_of, sources_of
from aiops.simulator.instructions import Instructions

_GROUNDED = {"answer", "claims"}
_DEEPEST = 12
_UNSURE = 0.2


def structured(messages: Messages, schema: Mapping[str, Any], *, fault: str = "", slips: bool = False) -> str:
    """The answer as the schema asks for it; a grounded one fails as `fault` says."""
    if _GROUNDED.issubset(schema.get("properties", {})):
        text = orjson.dumps(grounded(messages, fault=fault, slips=slips)).decode()
        return text[: len(text) // 2] if fault == "unreadable_answer" else text
    if contradicting.asks_for_them(schema):
        return contradicting.contradictions(messages, fault=fault)
    said = answering.answer(messages, slips=slips)
    return orjson.dumps(instance(schema, question_of(messages), said)).decode()


def grounded(messages: Messages, *, fault: str = "", slips: bool = False) -> dict[str, Any]:
    question = question_of(messages)
    found = answering.found_for(messages, Instructions.of(messages), slips=slips)
    if found is None:
        return {"answer": UNKNOWN, "claims": [], "confidence": 0.1, "refused": True, "missing": question[:200]}
    named = _another(found.article.id, messages) if fault == "wrong_source" else found.article.id
    return {
        "answer": " ".join(found.sentences),
        "claims": [_claim(sentence, named, fault) for sentence in found.sentences],
        "confidence": _UNSURE if fault == "low_confidence" else round(0.5 + found.confidence / 2, 2),
        "refused": False,
        "missing": "",
    }


def _claim(sentence: str, source_id: str, fault: str) -> dict[str, Any]:
    is_made_up = fault == "fabricated_quote"
    quote = f"As agreed with every customer, {sentence.lower()}" if is_made_up else sentence
    return {"text": sentence, "quotes": [{"source_id": source_id, "quote": quote}]}


def _another(source_id: str, messages: Messages) -> str:
    return next((each.id for each in sources_of(messages) if each.id != source_id), "nowhere")


def instance(schema: Any, question: str, text: str, depth: int = 0) -> Any:
    """Some value that this JSON schema allows; a choice among several goes by the words of the question."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return None
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return answering.overlap(answering.words_of(question), map(str, schema["enum"]))
    for alternatives in ("anyOf", "oneOf", "allOf"):
        if schema.get(alternatives):
            return instance(schema[alternatives][0], question, text, depth + 1)
    return _of_type(schema, question, text, depth)


def _of_type(schema: Mapping[str, Any], question: str, text: str, depth: int) -> Any:
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: instance(each, question, text, depth + 1) for name, each in properties.items()}
    if kind == "array":
        return [instance(schema.get("items", {}), question, text, depth + 1)] * int(schema.get("minItems", 0))
    return {
        "string": text,
        "number": schema.get("minimum", 0),
        "integer": schema.get("minimum", 0),
        "boolean": False,
    }.get(str(kind))
