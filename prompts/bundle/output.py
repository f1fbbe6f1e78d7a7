"""What an answer must be: free text, JSON of a schema, or grounded in sources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from prompts.bundle.faults import Fault
from prompts.bundle.values import NotPlain, fields, kind, plain

_SCHEMA: Final = ("output", "schema")


@dataclass(frozen=True, slots=True)
class Output:
    """All empty: free text. `min_confidence` is of grounded answers only, from 0 to 1."""

    schema: Mapping[str, Any] | None = None
    grounded: bool = False
    min_confidence: float | None = None

    def as_data(self) -> dict[str, Any]:
        data = {"schema": self.schema, "grounded": self.grounded or None, "min_confidence": self.min_confidence}
        return {name: value for name, value in data.items() if value is not None}


def read_output(data: object, faults: list[Fault]) -> Output:
    found = fields(data, ("output",), ("schema", "grounded", "min_confidence"), faults)
    output = Output(
        schema=_schema(found["schema"], faults) if "schema" in found else None,
        grounded=_grounded(found.get("grounded", False), faults),
        min_confidence=_confidence(found["min_confidence"], faults) if "min_confidence" in found else None,
    )
    if output.schema is not None and output.grounded:
        faults.append(Fault(("output", "grounded"), "grounded answers have a schema of their own; keep one of both."))
    if output.min_confidence is not None and not output.grounded:
        faults.append(Fault(("output", "min_confidence"), "only grounded answers have it; add grounded: true."))
    return output


def _grounded(value: Any, faults: list[Fault]) -> bool:
    if not isinstance(value, bool):
        faults.append(Fault(("output", "grounded"), f"it must be true or false, not {kind(value)}."))
    return value is True


def _confidence(value: Any, faults: list[Fault]) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        faults.append(Fault(("output", "min_confidence"), f"it must be a number from 0 to 1, not {kind(value)}."))
        return 0.0
    return float(value) + 0.0


def _schema(value: Any, faults: list[Fault]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        faults.append(Fault(_SCHEMA, f"it must be a JSON schema, not {kind(value)}."))
        return {}
    # A tenth of a second, which only those pay who have a schema.
    from jsonschema import Draft202012Validator, SchemaError  # noqa: PLC0415

    try:
        schema: dict[str, Any] = plain(value)
        Draft202012Validator.check_schema(schema)
    except NotPlain as fault:
        faults.append(Fault(_SCHEMA, str(fault)))
        return {}
    except SchemaError as fault:
        faults.append(Fault((*_SCHEMA, *fault.absolute_path), f"not a JSON schema: {fault.message[:200]}"))
        return {}
    faults += [Fault(_SCHEMA, f"$ref {ref!r} leads out of the schema; only # and below.") for ref in _outside(schema)]
    return schema


def _outside(value: Any) -> Iterator[str]:
    """References that whoever checks an answer would have to fetch."""
    if isinstance(value, dict):
        refs = (value.get(name) for name in ("$ref", "$dynamicRef"))
        yield from (ref for ref in refs if isinstance(ref, str) and not ref.startswith("#"))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _outside(each)
