"""The `gate:` of a suite. What is unknown in it is a fault: a misspelt limit would let everything pass."""

from dataclasses import fields as fields_of
from typing import Any

from evals.gate.rules import ALPHA
from evals.suites.fields import Fields, kind, number_of
from evals.suites.model import Gate
from evals.suites.problems import Problem, Source


def read(data: Any, source: Source, problems: list[Problem]) -> Gate:
    """From a file, or from what was stored of one."""
    fields, usual = Fields.of(source, data, problems), Gate()
    gate = Gate(
        margin=fields.number_or("margin", usual.margin, least=0.1, most=50),
        alpha=fields.number_or("alpha", usual.alpha, least=ALPHA[0], most=ALPHA[1]),
        must_pass=fields.names("must_pass"),
        max_cost_increase=_share(fields, "max_cost_increase"),
        max_latency_increase=_share(fields, "max_latency_increase"),
        max_token_increase=_share(fields, "max_token_increase"),
        threshold=fields.number_or("threshold", usual.threshold, least=0, most=100),
    )
    for name in fields.left:
        fields.wrong(
            name, f"there is no such field; allowed: {', '.join(each.name for each in fields_of(Gate))}.", None
        )
    return gate


def _share(fields: Fields, name: str) -> float | None:
    """`20%` or 0.2."""
    value = fields.take(name)
    if value is None:
        return None
    text = str(value).strip()
    number = number_of(text.removesuffix("%"))
    if number is None or number < 0 or isinstance(value, bool):
        return fields.wrong(name, f"it must be a share such as 20% or 0.2, not {kind(value)}.", None)
    return number / 100 if text.endswith("%") else number
