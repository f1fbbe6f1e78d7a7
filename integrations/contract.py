"""What a system offers, and what an action is: the one shape of every vendor's folder. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

type Json = dict[str, Any]


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Access:
    """Where a system is and with which rights: all that a vendor's code is told of a connection."""

    address: str
    settings: Mapping[str, str]
    # Left out of repr: a traceback must not tell it.
    credentials: str = field(repr=False)
    allow_private: bool = False
    # How long one request may take, from its first byte to its answer's last.
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that a connection to this system has to say."""

    name: str
    label: str
    hint: str = ""
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """Who a key really is, in words of the system."""

    acts_as: str
    says: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a write would do. `payload` is what is sent, later and exactly as it was shown."""

    before: Json | None
    after: Json
    payload: Json


@dataclass(frozen=True, slots=True)
class Done:
    """What is in the system now, as it tells it."""

    external_id: str
    result: Json
    # What a person has to know of it.
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """`takes` and `gives` are JSON Schemas; `name` is `<system>.<verb>_<noun>`."""

    name: str
    title: str
    summary: str
    takes: Json
    gives: Json

    @property
    def system(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Read(Action):
    read: Callable[[Access, Json], Json]

    writes = False


@dataclass(frozen=True, slots=True)
class Write(Action):
    """Three steps: `plan` reads only, `send` writes once, and `find` tells whether it was done, and reads it back.

    `find` changes nothing: it is asked during stops and dry runs too, and nobody has approved what it would do.

    `send` answers with the external id, and asks nothing after its one write: a fault of it is a fault of the write.
    """

    risk: Risk
    # The reference is ours; the system keeps it with what was written, so that `find` can ask for it.
    plan: Callable[[Access, Json, str], Plan]
    send: Callable[[Access, Json, str], str]
    find: Callable[[Access, Json, str], Done | None]
    # From what is planned, in one line: what a person decides on.
    headline: Callable[[Json], str]
    # Fields of `before` and `after` as a person reads them, the ones that matter first.
    order: tuple[str, ...] = ()
    # Which action takes it back, and what that one is to be asked, from the external id.
    undone_by: str = ""
    undoing: Callable[[str], Json] | None = None
    # What a person can do where no action takes it back.
    by_hand: str = ""

    writes = True


@dataclass(frozen=True, slots=True)
class System:
    """A kind of system: its manifest."""

    slug: str
    name: str
    summary: str
    key_label: str
    key_hint: str
    settings: tuple[Setting, ...]
    check: Callable[[Access], Checked]
    actions: tuple[Read | Write, ...]
