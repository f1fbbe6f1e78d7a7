"""What is asked of a customer's system, and what came of it."""

from dataclasses import dataclass
from uuid import UUID

from integrations.contract import Json, Read, Write
from integrations.models import Connection, LedgerEntry
from tenants.actors import Actor
from tenants.models import Feature, Tenant


@dataclass(frozen=True, slots=True)
class Order:
    """`environment` is a call key's, which reaches connections of that environment alone."""

    tenant: Tenant
    action: str
    input: Json
    by: Actor
    connection: str | None = None
    environment: str | None = None
    feature: Feature | None = None
    key: str | None = None
    call_id: UUID | None = None
    # Of several writes that one call asks for.
    position: int = 0
    user: str = ""
    prompt_version: str = ""
    dry_run: bool = False
    may_know_why: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """`output` of a read, `entry` of a write; `replayed`: it was asked before, and this is what came of it then.

    `person` is the end user's label, None when nobody was named, or they are forgotten.
    """

    action: Read | Write
    connection: Connection
    output: Json | None = None
    entry: LedgerEntry | None = None
    replayed: bool = False
    person: str | None = None
