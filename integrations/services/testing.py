"""The Test button: does the system answer, to this key, and whose is it?"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q

from integrations.contract import Access
from integrations.faults import Fault, Health
from integrations.models import Connection
from integrations.vendors import ask
from tenants import audit
from tenants.actors import SYSTEM, Actor
from tenants.alone import alone
from tenants.scope import ALL, scope
from tenants.secrets import Unreadable

# Four times a day, a few at a time: a run shares its worker with what lifts stops.
STALE: Final = timedelta(hours=6)
LOT: Final = 20
SECONDS: Final = 25.0
SECONDS_EACH: Final = 8.0


def keep_fresh(*, clock: Callable[[], datetime], seconds: float = SECONDS) -> int:
    """Test the connections that are on and were not tested for hours, the oldest first; how many."""
    with alone("integrations.keep_fresh") as is_first:
        return _keep_fresh(clock, time.monotonic() + seconds) if is_first else 0


def _keep_fresh(clock: Callable[[], datetime], deadline: float) -> int:
    with scope(ALL):
        stale = Connection.objects.enabled().filter(Q(checked_at=None) | Q(checked_at__lt=clock() - STALE))
        found = list(stale.order_by(F("checked_at").asc(nulls_first=True))[:LOT])
    tested = 0
    for connection in found:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        _test(connection, by=SYSTEM, clock=clock, seconds=min(left, SECONDS_EACH))
        tested += 1
    return tested


def test(connection: Connection, *, by: Actor, clock: Callable[[], datetime]) -> Connection:
    """Ask the system who the key is; what was found is kept, in words. Opens its own scopes: the system may be slow."""
    return _test(connection, by=by, clock=clock, seconds=None)


def _test(connection: Connection, *, by: Actor, clock: Callable[[], datetime], seconds: float | None) -> Connection:
    with scope([connection.tenant_id]):
        connection = Connection.objects.select_related("tenant").get(pk=connection.pk)
        health, says = (Health.FAULTY, "Its key cannot be opened with this installation's keyring; give it again.")
        access = _access(connection)
    if access is not None:
        access = replace(access, seconds=seconds) if seconds else access
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
        found = ask(kind.check, access)
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
