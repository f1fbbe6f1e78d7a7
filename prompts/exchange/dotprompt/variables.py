"""A prompt's variables, from its input schema, its defaults, and how its template uses what neither names."""

from collections.abc import Mapping
from typing import Any, Final

from prompts.exchange.dotprompt.scope import Value
from prompts.exchange.inferring import optional, type_of

_TYPES: Final = {"array": "list", "null": "string", "": "string"}
_SCHEMAS: Final = {"list": "array"}


def variables_of(schema: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    required = schema.get("required") or ()
    found: dict[str, dict[str, Any]] = {}
    for name, each in (schema.get("properties") or {}).items():
        type_ = Value("", each if isinstance(each, Mapping) else {}).type
        variable: dict[str, Any] = {"type": _TYPES.get(type_, type_)}
        if defaults.get(name) is not None:
            found[name] = variable | {"default": defaults[name]}
        else:
            found[name] = variable if name in required else _free(variable)
    return found


def _free(variable: dict[str, Any]) -> dict[str, Any]:
    """The template is written so that these may be nothing at all: an empty object would be true, and 0 be written."""
    is_nothing = variable["type"] in ("number", "integer", "object")
    return variable | {"required": False} if is_nothing else optional(variable)


def completed(schema: Mapping[str, Any], defaults: Mapping[str, Any], uses: Mapping[str, set[str]]) -> dict[str, Any]:
    """The schema with what it does not name: of its default's type, else of that which its use needs."""
    properties = dict(schema.get("properties") or {})
    required = list(schema.get("required") or ())
    for name in [*defaults, *uses]:
        if name in properties:
            continue
        properties[name] = _guessed(uses.get(name, set()), defaults.get(name))
        if name not in defaults and "tested" not in uses.get(name, ()):
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def _guessed(uses: set[str], default: Any) -> dict[str, Any]:
    if default is not None:
        type_ = type_of(default)
        return {"type": _SCHEMAS.get(type_, type_)}
    if "looped" in uses:
        return {"type": "array"}
    if "fielded" in uses:
        return {"type": "object"}
    return {"type": "boolean" if uses == {"tested"} else "string"}
