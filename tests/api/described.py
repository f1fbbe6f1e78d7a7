"""Whether an answer is what the OpenAPI schema says, not more and not less."""

from typing import Any

from jsonschema import Draft202012Validator


def faults(answer: Any, operation: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """Empty when the answer fits; every field must be described."""
    described = operation["responses"]["200"]["content"]["application/json"]["schema"]
    strict = _strict({"components": schema["components"], **described})
    found = Draft202012Validator(strict).iter_errors(answer)
    return [f"{'.'.join(map(str, fault.absolute_path))}: {fault.message}"[:300] for fault in found]


def _strict(part: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` said in its own way, and no field that is not named."""
    if isinstance(part, list):
        return [_strict(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {name: _strict(each) for name, each in part.items() if name != "nullable"}
    if found.get("type") == "object" and "properties" in found:
        found["additionalProperties"] = False
    return {"anyOf": [found, {"type": "null"}]} if part.get("nullable") is True else found
