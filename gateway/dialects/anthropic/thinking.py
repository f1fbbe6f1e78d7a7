"""How much the model is to think, as its kind wants to be told. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.dialects.anthropic.traits import Traits
from gateway.dialects.dialect import Unsupported

_LEVELS: Final = ("low", "medium", "high", "xhigh", "max")
_AS_LOW: Final = frozenset({"none", "minimal"})
# Tokens, where a model is told a number.
_BUDGETS: Final = {"low": 2_048, "medium": 8_192, "high": 16_384, "xhigh": 32_768, "max": 65_536}
_LEAST_BUDGET: Final = 1_024
_DISABLED: Final = {"type": "disabled"}


def thought(
    body: Mapping[str, Any], traits: Traits, most: int, *, is_forced: bool, is_amid_tools: bool
) -> dict[str, Any]:
    """The fields `thinking` and `effort`; `most`: tokens of the answer, thoughts included. `is_amid_tools`: results of
    tools were the last word, and the thoughts that led to them are not known any more."""
    level = _level(body)
    if is_forced:
        return _without(level, traits)
    if isinstance(body.get("thinking"), dict):
        return {"thinking": body["thinking"], **_effort(level, traits)}
    if level is None:
        return {}
    if level == "none" and traits.can_stop_thinking:
        return _without(level, traits)
    effort = _effort(level, traits)
    if level in _AS_LOW:
        return effort
    if traits.is_adaptive:
        return {"thinking": {"type": "adaptive"}, **effort}
    # One that counts its thoughts refuses to go on after tools without them.
    budget = min(_BUDGETS[level], most // 2)
    if not traits.has_budget or is_amid_tools or budget < _LEAST_BUDGET:
        return effort
    return {"thinking": {"type": "enabled", "budget_tokens": budget}, **effort}


def _level(body: Mapping[str, Any]) -> str | None:
    level = body.get("reasoning_effort")
    if level is None or (isinstance(level, str) and (level in _AS_LOW or level in _LEVELS)):
        return level
    raise Unsupported(f"reasoning_effort {level}")


def _without(level: str | None, traits: Traits) -> dict[str, Any]:
    """Who must use a tool, or was told so, does not think before; above `high` that is refused."""
    stopped = {"thinking": _DISABLED} if traits.can_stop_thinking else {}
    return {**stopped, **_effort("high" if level in ("xhigh", "max") else level, traits)}


def _effort(level: str | None, traits: Traits) -> dict[str, Any]:
    """The highest that the model knows, up to the one that is wanted."""
    if level is None or not traits.efforts:
        return {}
    wanted = 0 if level in _AS_LOW else _LEVELS.index(level)
    return {"effort": next(each for each in reversed(_LEVELS[: wanted + 1]) if each in traits.efforts)}
