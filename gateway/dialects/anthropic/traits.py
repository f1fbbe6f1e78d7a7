"""What a model of Anthropic's can, by its name: its API refuses what a model does not know. Pure."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

_FAMILY: Final = re.compile(r"opus|sonnet|haiku|fable|mythos")
_VERSION: Final = re.compile(r"claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2})(?!\d))?(?!\d)")
_ALWAYS_THINKS: Final = frozenset({"fable", "mythos"})
_LEVELS: Final = ("low", "medium", "high", "xhigh", "max")


class Traits(NamedTuple):
    """A name without a version in it, as of a proxy, counts as the newest."""

    # It heeds a temperature.
    takes_sampling: bool = False
    # How much it thinks is told by one of these words; empty: by a number of tokens, or not at all.
    efforts: tuple[str, ...] = _LEVELS
    # It thinks as much as it finds right, once asked to.
    is_adaptive: bool = True
    # It thinks up to a number of tokens, once asked to.
    has_budget: bool = False
    has_schemas: bool = True
    # It goes on in the words of an assistant's last message.
    goes_on: bool = False
    forces_tools: bool = True
    # It thinks unless it is told not to, and can be told.
    can_stop_thinking: bool = False
    default_max_tokens: int = 16_384


@lru_cache(maxsize=256)
def traits_of(name: str) -> Traits:
    family_found, version_found = _FAMILY.search(name), _VERSION.search(name)
    family = family_found[0] if family_found else ""
    if version_found is None:
        return Traits(forces_tools=family not in _ALWAYS_THINKS)
    return _traits(family, (int(version_found[1]), int(version_found[2] or 0)))


def _traits(family: str, version: tuple[int, int]) -> Traits:
    is_new = version >= (4, 7) or family in _ALWAYS_THINKS
    is_adaptive = is_new or version >= (4, 6)
    # From 5.1 on, what always thinks takes no order to use a tool; the small one can stop thinking.
    never_stops = family in _ALWAYS_THINKS or (version >= (5, 1) and family != "haiku")
    return Traits(
        takes_sampling=not is_new,
        efforts=_efforts(family, version, is_new=is_new),
        is_adaptive=is_adaptive,
        has_budget=version >= (3, 7) and not is_adaptive,
        has_schemas=is_new or version >= (4, 5),
        goes_on=not is_adaptive,
        forces_tools=not never_stops,
        can_stop_thinking=is_new and not never_stops,
        default_max_tokens=16_384 if is_new or version >= (4, 0) else 4_096,
    )


def _efforts(family: str, version: tuple[int, int], *, is_new: bool) -> tuple[str, ...]:
    if is_new:
        return _LEVELS
    if version == (4, 6):
        return ("low", "medium", "high", "max")
    return ("low", "medium", "high") if (family, version) == ("opus", (4, 5)) else ()
