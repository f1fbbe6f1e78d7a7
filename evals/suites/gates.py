"""The `gate:` of a suite file. What is unknown in it is a fault: a misspelt limit would let everything pass."""

from typing import Any, Final

from evals.suites.assertions import Reading
from evals.suites.fields import Fields, kind, number_of
from evals.suites.model import Gate
from evals.suites.problems import Source

_FIELDS: Final = ("margin", "alpha", "must_pass", "max_cost_increase", "threshold")


def read(data: Any, source: Source, reading: Reading) -> Gate:
    fields = Fields.of(source, data, reading.problems)
    usual = Gate()
    gate = Gate(
        margin=_or(fields.number("margin", least=0.1, most=50), usual.margin),
        alpha=_or(fields.number("alpha", least=0.0001, most=0.5), usual.alpha),
        must_pass=fields.names("must_pass"),
        max_cost_increase=_share(fields, "max_cost_increase"),
        threshold=_or(fields.number("threshold", least=0, most=100), usual.threshold),
    )
    for name in fields.left:
        fields.wrong(name, f"there is no such field; allowed: {', '.join(_FIELDS)}.", None)
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


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
