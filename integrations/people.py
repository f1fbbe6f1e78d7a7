"""Who the end users of writes are, as long as they are not forgotten."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from costs.models import EndUser
from integrations.models import LedgerEntry


def people_of(entries: Iterable[LedgerEntry]) -> Mapping[tuple[UUID, UUID | None], str]:
    wanted = {(entry.tenant_id, entry.user_key) for entry in entries if entry.user_key}
    if not wanted:
        return {}
    tenants, keys = {tenant for tenant, _ in wanted}, {key for _, key in wanted}
    rows = EndUser.objects.filter(tenant_id__in=tenants, key__in=keys)
    return {(tenant, key): label for tenant, key, label in rows.values_list("tenant_id", "key", "label")}
