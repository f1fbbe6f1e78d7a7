"""Who does something: the name that audit rows, stops and logs carry."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    USER = "user"
    KEY = "key"
    RULE = "rule"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    id: str
    label: str
    # May turn AI off and on for every tenant; False of a tenant's own people and keys.
    is_over_all: bool


SYSTEM = Actor(ActorKind.SYSTEM, "system", "the console itself", is_over_all=True)
