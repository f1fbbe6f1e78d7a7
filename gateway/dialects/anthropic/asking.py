"""A chat completion's request as one of Anthropic's Messages API. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from gateway.dialects.anthropic.caching import hinted
from gateway.dialects.anthropic.parts import Block, hint_of, text_blocks
from gateway.dialects.anthropic.refusing import refuse_what_it_cannot
from gateway.dialects.anthropic.schemas import narrowed
from gateway.dialects.anthropic.thinking import thought
from gateway.dialects.anthropic.tools import Tools, tools_of
from gateway.dialects.anthropic.traits import Traits, traits_of
from gateway.dialects.anthropic.turns import Conversation
from gateway.dialects.dialect import Unsupported

_AS_JSON: Final = "Answer with one JSON object and nothing else: no words around it, no code fence."
_LONGEST_USER: Final = 256


def asked(body: Mapping[str, Any], model: str, hidden: Callable[[str], str]) -> dict[str, Any]:
    """For the model of this name of the provider's; `hidden`: a person as somebody whom nobody knows. Raises
    Unsupported."""
    refuse_what_it_cannot(body)
    traits = traits_of(model)
    talk = Conversation(body.get("messages"), goes_on=traits.goes_on)
    tools = tools_of(body, traits, talk.uses_tools)
    most = _most_tokens(body, traits)
    thinking = thought(body, traits, most, is_forced=tools.is_forced, is_amid_tools=talk.ends_in_results)
    schema, told = _shape(body.get("response_format"), traits)
    output = {**_object(body.get("output_config")), **_pick(thinking, "effort"), **schema}
    request = {
        "model": model,
        "max_tokens": most,
        **_tools(tools),
        **_filled("system", [*talk.system, *told]),
        "messages": talk.turns,
        **_pick(thinking, "thinking"),
        **_filled("output_config", output),
        **_sampling(body, traits, thinks="thinking" in thinking),
        **_filled("stop_sequences", _stops(body.get("stop"))),
        **_filled("metadata", _user(body, hidden)),
        **hint_of(body),
    }
    return hinted(request)


def _most_tokens(body: Mapping[str, Any], traits: Traits) -> int:
    """The API demands a bound; a call without one gets one that answers seldom reach."""
    most = body.get("max_completion_tokens") or body.get("max_tokens") or traits.default_max_tokens
    if type(most) is not int:
        raise Unsupported("max_tokens that is no whole number")
    return most


def _tools(tools: Tools) -> dict[str, Any]:
    return {**_filled("tools", tools.declared), **_filled("tool_choice", tools.choice)}


def _shape(wanted: object, traits: Traits) -> tuple[dict[str, Any], list[Block]]:
    """What binds the model to a form, or else what asks it for one."""
    match wanted:
        case None | {"type": "text"}:
            return {}, []
        case {"type": "json_object"}:
            return {}, text_blocks(_AS_JSON)
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            bound = narrowed(schema) if traits.has_schemas else None
            if bound is not None:
                return {"format": {"type": "json_schema", "schema": bound}}, []
            return {}, text_blocks(f"{_AS_JSON} It follows this JSON schema:\n{orjson.dumps(schema).decode()}")
        case _:
            raise Unsupported("this response_format")


def _sampling(body: Mapping[str, Any], traits: Traits, *, thinks: bool) -> dict[str, Any]:
    """The newer models have no such settings; those that have take one, up to 1, and none while they think."""
    if not traits.takes_sampling or thinks:
        return {}
    temperature, top_p = body.get("temperature"), body.get("top_p")
    own = {"top_k": body["top_k"]} if body.get("top_k") is not None else {}
    if isinstance(temperature, int | float):
        return {"temperature": min(max(temperature, 0), 1), **own}
    return {"top_p": top_p, **own} if top_p is not None else own


def _stops(wanted: object) -> list[str]:
    stops = [wanted] if isinstance(wanted, str) else wanted or []
    if not isinstance(stops, list):
        raise Unsupported("a stop that is neither a text nor a list")
    if any(isinstance(stop, str) and stop and not stop.strip() for stop in stops):
        raise Unsupported("a stop of white space only")
    return [stop for stop in stops if stop]


def _user(body: Mapping[str, Any], hidden: Callable[[str], str]) -> dict[str, Any]:
    """Anthropic wants an id that names nobody: `safety_identifier` is meant to be one, `user` may be an address."""
    given, user = body.get("safety_identifier"), body.get("user")
    if isinstance(given, str) and 0 < len(given) <= _LONGEST_USER:
        return {"user_id": given}
    named = given or user
    if not isinstance(named, str) or not named:
        return {}
    return {"user_id": hidden(named)}


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _pick(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {name: fields[name]} if name in fields else {}


def _filled(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}
