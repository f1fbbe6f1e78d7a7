"""What can be stopped, and how. Pure: the guard, the stored stops and every door share these words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID


class Scope(StrEnum):
    GLOBAL = "global"
    TENANT = "tenant"
    FEATURE = "feature"
    TENANT_FEATURE = "tenant_feature"
    PROVIDER = "provider"
    MODEL = "model"
    PROMPT_VERSION = "prompt_version"
    # A customer's own system.
    CONNECTION = "connection"
    # A person, or job, on whose behalf a tenant's application calls.
    USER = "user"


class Mode(StrEnum):
    """What callers get. From the strictest on: each also does to customers' systems what those after it do."""

    REFUSE = "refuse"
    # A typed refusal that tells the application to bring in a person.
    HANDOFF = "handoff"
    # The feature's safe answer, marked as such.
    CANNED = "canned"
    # Answers go on; nothing is written to customers' systems.
    READ_ONLY = "read_only"


class InFlight(StrEnum):
    """What happens to calls that were under way, strictest first."""

    CUT = "cut"
    DRAIN = "drain"
    NEW_ONLY = "new_only"


LONGEST_DRAIN_SECONDS: Final = 600
# What callers show to their users: true for every reason, and tells nothing that is not theirs to know.
PUBLIC_MESSAGE: Final = "AI is switched off here for the time being. Everything else works; please try again later."
MESSAGES: Final[Mapping[Mode, str]] = {
    Mode.REFUSE: PUBLIC_MESSAGE,
    Mode.HANDOFF: "AI is switched off here for the time being. A person takes over.",
    Mode.CANNED: PUBLIC_MESSAGE,
    Mode.READ_ONLY: "Nothing is written to your systems by AI for the time being. Everything else works.",
}

_ALL: Final = frozenset(Mode)
_OF_ANSWERS: Final = _ALL - {Mode.READ_ONLY}
# A model writes to no system, and a system gives no answers.
MODES: Final[Mapping[Scope, frozenset[Mode]]] = {
    **dict.fromkeys(Scope, _ALL),
    **dict.fromkeys((Scope.PROVIDER, Scope.MODEL, Scope.PROMPT_VERSION), _OF_ANSWERS),
    Scope.CONNECTION: _ALL - {Mode.CANNED},
}
# Stopped, another of the chain answers.
ROAD: Final = frozenset({Scope.PROVIDER, Scope.MODEL})
# Calls are counted by tenant and feature.
COUNTED: Final = frozenset({Scope.GLOBAL, Scope.TENANT, Scope.FEATURE, Scope.TENANT_FEATURE})
# Over every tenant at once.
SHARED: Final = frozenset({Scope.GLOBAL, Scope.FEATURE, Scope.PROMPT_VERSION, *ROAD})

STRICTNESS: Final[Mapping[str, int]] = {mode: -place for place, mode in enumerate(Mode)}
CUTTING: Final[Mapping[str, int]] = {each: -place for place, each in enumerate(InFlight)}

EVERYTHING: Final = "*"


def tenant_key(tenant: UUID) -> str:
    return f"tenant:{tenant}"


def feature_key(feature: UUID) -> str:
    return f"feature:{feature}"


def tenant_feature_key(tenant: UUID, feature: UUID) -> str:
    return f"tenant:{tenant}/feature:{feature}"


def provider_key(slug: str) -> str:
    return f"provider:{slug}"


def model_key(slug: str) -> str:
    return f"model:{slug}"


def prompt_version_key(version: UUID) -> str:
    return f"prompt:{version}"


def connection_key(connection: UUID) -> str:
    return f"connection:{connection}"


def user_key(tenant: UUID, key: UUID) -> str:
    """`key`: of `costs.endusers`; a person's own id is nowhere in a stop."""
    return f"tenant:{tenant}/user:{key}"


def call_keys(tenant: UUID, feature: UUID, user: UUID) -> tuple[str, ...]:
    """Everything that stops a call whatever model answers it, widest first. A prompt's version comes to it."""
    return (
        EVERYTHING,
        tenant_key(tenant),
        feature_key(feature),
        tenant_feature_key(tenant, feature),
        user_key(tenant, user),
    )


def check_mode(scope: Scope, mode: str) -> None:
    """Raises ValueError, which says what it can be."""
    allowed = MODES[scope]
    if mode not in allowed:
        words = ", ".join(each for each in Mode if each in allowed)
        raise ValueError(f"a stop of a {scope.replace('_', ' ')} cannot be {mode}; it can be {words}.")


def road_keys(provider: str, model: str) -> tuple[str, str]:
    """What stops an attempt on one model of a chain."""
    return provider_key(provider), model_key(model)
