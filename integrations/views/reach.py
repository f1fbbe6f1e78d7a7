from uuid import UUID

from tenants.scope import ALL, Tenants


def covers(tenants: Tenants, tenant: UUID) -> bool:
    """Whether what is allowed on these is allowed on this one."""
    return tenants == ALL or tenant in tenants
