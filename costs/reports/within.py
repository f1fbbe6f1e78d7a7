"""The scope's tenants as a filter: the policy alone would hide the index that begins with the tenant."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import Q


def within(tenants: Collection[UUID] | None) -> Q:
    """These tenants; None for all that the scope has."""
    named = tenants if tenants is not None else _of_scope()
    return Q() if named is None else Q(tenant_id__in=list(named))


def _of_scope() -> list[UUID] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_tenants()")
        found: list[UUID] | None = cursor.fetchone()[0]
        return found
