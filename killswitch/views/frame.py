"""What every page of the switches says first: whether AI is off for everyone, and what only processes hold."""

from typing import Any

from killswitch.standing import above
from tenants.http import TenantRequest
from tenants.permissions import Permission
from tenants.scope import ALL


def frame(request: TenantRequest) -> dict[str, Any]:
    return {
        "above": above(),
        # Who stopped everybody, and why, is the operator's affair.
        "sees_all": request.principal.over(Permission.SWITCHES_READ) == ALL,
        "actor": request.principal.actor,
    }
