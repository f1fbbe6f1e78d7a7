"""The Test button: does the system answer, to this key, and whose is it?"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from integrations.contract import Access
from integrations.faults import Fault, Health
from integrations.models import Connection
from tenants import audit
from tenants.actors import Actor
from tenants.scope import scope
from tenants.secrets import Unreadable


def test(connection: Connection, *, by: Actor, clock: Callable[[], datetime]) -> Connection:
    """Ask the system who the key is; what was found is kept, in words. Opens its own scopes: the system may be slow."""
    with scope([connection.tenant_id]):
        connection = Connection.objects.select_related("tenant").get(pk=connection.pk)
        health, says = (Health.FAULTY, "Its key cannot be opened with this installation's keyring; give it again.")
        access = _access(connection)
    if access is not None:
        health, says = _ask(connection, access)
    with scope([connection.tenant_id]):
        return _keep(connection.pk, connection.version, health, says, by=by, at=clock())


def _access(connection: Connection) -> Access | None:
    try:
        return connection.access()
    except Unreadable:
        return None


def _ask(connection: Connection, access: Access) -> tuple[Health, str]:
    kind = connection.kind
    if kind is None:
        return Health.FAULTY, f"This installation knows no system {connection.system!r} any more."
    try:
        found = kind.check(access)
    except Fault as fault:
        return fault.health, fault.says
    if found.acts_as != connection.acts_as:
        return Health.WRONG_USER, f"The key is {found.acts_as}'s, not {connection.acts_as}'s. Change one of both."
    return Health.OK, found.says


def _keep(pk: UUID, version: int, health: Health, says: str, *, by: Actor, at: datetime) -> Connection:
    # Of a connection that was changed while its system was asked, this is no longer so.
    unchanged = Connection.objects.filter(pk=pk, version=version)
    won = unchanged.update(health=health, health_says=says[:500], checked_at=at)
    row = Connection.objects.select_related("tenant").get(pk=pk)
    if won:
        facts = {"connection": str(pk), "slug": row.slug, "health": str(health), "says": says[:500]}
        audit.append(row.tenant_id, actor=by, action="connection.tested", object=row.name, payload=facts, at=at)
    return row
