"""What is asked of a customer's system, and what came of it."""

from dataclasses import dataclass, field
from secrets import randbelow
from uuid import UUID

from costs.endusers import user_key
from integrations.contract import Json, Read, Write
from integrations.models import Connection, LedgerEntry
from integrations.stopping import Asks
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
    # 0 to 99: whether a rule's stop that admits a share lets it pass.
    draw: int = field(default_factory=lambda: randbelow(100))

    def asks(self, connection: Connection, *, writes: bool) -> Asks:
        return Asks(
            tenant=self.tenant,
            feature=self.feature,
            connection=connection.pk,
            user=user_key(self.tenant.pk, self.user) if self.user else None,
            writes=writes,
            draw=self.draw,
            may_know_why=self.may_know_why,
            may_know_who=self.by.is_over_all,
        )


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
