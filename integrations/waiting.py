"""How many writes of each connection wait for a person."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Count

from integrations.models import Connection, LedgerEntry


def waiting_of(connections: Iterable[Connection]) -> Mapping[UUID, int]:
    tenants = {connection.tenant_id for connection in connections}
    rows = LedgerEntry.objects.waiting().filter(tenant_id__in=tenants)
    return dict(rows.values("connection_id").annotate(count=Count("id")).values_list("connection_id", "count"))
