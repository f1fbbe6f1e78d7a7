"""Layers to cases: merged, expanded, named by what they are."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from evals.suites import canonical, expansion, layers
from evals.suites.assertions import Reading
from evals.suites.layers import Layer
from evals.suites.model import MOST_CASES, Assertion, Case, Gate
from evals.suites.values import unkeepable

LARGEST_CASE: Final = 1_000_000


def of(default: Layer, over: Sequence[Layer], gate: Gate, reading: Reading) -> Iterator[Case]:
    """The cases of one test: one, or as many as its lists of texts make."""
    merged, own = layers.laid(default, over), layers.own(over)
    fault = unkeepable(merged.vars) or unkeepable(merged.metadata) or unkeepable(canonical.plain(merged.checks))
    many = expansion.combinations(_expanding(merged))
    if own.is_faulty and not own.id:
        return
    if fault or many > MOST_CASES:
        reading.problem(own.source, f"it holds {fault}." if fault else f"its lists make {many:,} cases.")
        return
    for chosen in expansion.expanded(_expanding(merged)):
        case = _case(merged, own, {**merged.vars, **chosen}, gate, only=many == 1)
        if len(json.dumps(canonical.plain(case))) > LARGEST_CASE:
            reading.problem(own.source, f"it is larger than {LARGEST_CASE:,} characters.")
        yield case


def _expanding(merged: Layer) -> Mapping[str, Any]:
    return {} if merged.flag("disableVarExpansion") else merged.vars


def key_of(vars_: Mapping[str, Any], checks: tuple[Assertion, ...]) -> str:
    """Of a case without an id: the same as long as its variables and its own assertions are. Defaults do not count."""
    content = canonical.text({"vars": canonical.plain(vars_), "checks": canonical.plain(checks)})
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _case(merged: Layer, own: Layer, vars_: Mapping[str, Any], gate: Gate, *, only: bool) -> Case:
    return Case(
        key=_key(merged.id, own, vars_, only=only),
        description=merged.description,
        vars=vars_,
        checks=tuple(_with_rubric_prompt(check, merged.options.get("rubricPrompt")) for check in merged.checks),
        tags=merged.tags,
        must_pass=bool(merged.must_pass) or not set(gate.must_pass).isdisjoint(merged.tags),
        threshold=merged.threshold,
        provenance=merged.provenance,
        metadata=merged.metadata,
        unsupported=merged.unsupported,
    )


def _key(id_: str, own: Layer, vars_: Mapping[str, Any], *, only: bool) -> str:
    """Several cases of one id are told apart by their variables, not by their place in the lists."""
    if not id_:
        return key_of(vars_, own.checks)
    return id_ if only else f"{id_}~{key_of(vars_, ())[:8]}"


def _with_rubric_prompt(check: Assertion, prompt: Any) -> Assertion:
    parts = tuple(_with_rubric_prompt(part, prompt) for part in check.parts)
    if prompt is None or check.rubric_prompt is not None or not check.type.endswith("llm-rubric"):
        return replace(check, parts=parts) if parts else check
    return replace(check, rubric_prompt=prompt, parts=parts)
