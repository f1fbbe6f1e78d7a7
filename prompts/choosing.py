"""Which version a caller gets of those that an environment serves. The gateway and the API choose alike. Pure."""

from dataclasses import dataclass
from uuid import UUID

from aiops.lib.shares import is_within


@dataclass(frozen=True, slots=True)
class Offer[V]:
    """What a main lane serves, and the canary beside it to `percent` of its people.

    `is_there`: False when a tenant has a canary and no version of its own: to all others goes what everybody gets.
    """

    main: V | None = None
    canary: V | None = None
    percent: int = 0
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class Chosen[V]:
    version: V
    is_canary: bool = False
    # The tenant's own, and not what everybody gets.
    is_own: bool = False


def choose[V](prompt: str, *, own: Offer[V] | None, common: Offer[V] | None, who: str) -> Chosen[V] | None:
    """`who`: see `caller`; empty is in no canary. None: nothing is served to this caller.

    A tenant with a version of its own takes no part in everybody's canary: it gets another version on purpose.
    """
    if own is not None:
        if own.canary is not None and _is_in(own, prompt, who):
            return Chosen(own.canary, is_canary=True, is_own=True)
        if own.is_there:
            return None if own.main is None else Chosen(own.main, is_own=True)
    if common is None:
        return None
    if common.canary is not None and _is_in(common, prompt, who):
        return Chosen(common.canary, is_canary=True)
    return None if common.main is None else Chosen(common.main)


def caller(tenant: UUID, user: str) -> str:
    """A person, for `choose`. User 1 of a tenant is another than user 1 of every other."""
    return f"{tenant}\0{user}" if user else ""


def _is_in[V](offer: Offer[V], prompt: str, who: str) -> bool:
    # Beside chains, which share out calls by their names.
    return bool(who) and is_within(offer.percent, who, among=f"prompt {prompt}")
