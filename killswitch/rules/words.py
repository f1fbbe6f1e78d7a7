"""What a rule may count, and of what. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from killswitch.scopes import Scope


class Signal(StrEnum):
    ERRORS = "errors"
    UNGROUNDED = "ungrounded"
    SCHEMA = "schema"
    COST = "cost"
    CANARY = "canary"
    COMPLAINTS = "complaints"


# Never a whole tenant, nor everyone.
SCOPES: Final = frozenset(
    {Scope.MODEL, Scope.PROVIDER, Scope.CONNECTION, Scope.PROMPT_VERSION, Scope.TENANT_FEATURE}
)  # fmt: skip
_OF_ANSWERS: Final = frozenset({Scope.MODEL, Scope.PROMPT_VERSION, Scope.TENANT_FEATURE})
COUNTED_OF: Final[Mapping[Signal, frozenset[Scope]]] = {
    Signal.ERRORS: SCOPES,
    Signal.UNGROUNDED: _OF_ANSWERS,
    Signal.SCHEMA: _OF_ANSWERS,
    Signal.COST: _OF_ANSWERS,
    Signal.CANARY: frozenset({Scope.PROMPT_VERSION}),
    Signal.COMPLAINTS: frozenset({Scope.PROMPT_VERSION, Scope.TENANT_FEATURE}),
}
FEWEST_CALLS: Final = 20
FEWEST_CALLERS: Final = 3
SHORTEST_WINDOW: Final = 30
LONGEST_WINDOW: Final = 900
# A minute: with less than a cent every trickle would be a flood.
LEAST_USD: Final = 0.01
MOST_USD: Final = 100_000
