"""What an address is to a stranger, and what is needed to ask it."""

from dataclasses import dataclass, field
from typing import Any

# What no answer to a stranger may hold.
NAME, NOTE = "Acme Robotics", "what nobody else may read"
OPEN, OWN, HIDDEN, STAFF = "open to all", "shows one's own only", "not there for a stranger", "staff only"


@dataclass(frozen=True)
class Address:
    kind: str
    # Arguments of the address by what acme has of them.
    takes: dict[str, str] = field(default_factory=dict)
    query: str = ""
    posts: dict[str, Any] | None = None
    deletes: bool = False
