"""What every page of the switches says first: what is off over everybody, whatever a tenant's own switch says."""

from typing import Any, Final

from killswitch.standing import above
from killswitch.views.places import of_stop
from tenants.http import TenantRequest
from tenants.permissions import Permission
from tenants.scope import ALL

# Of the stops over everybody, those that are named; the rest are counted.
NAMED: Final = 3


def frame(request: TenantRequest) -> dict[str, Any]:
    found = above()
    return {
        "above": found,
        "shared": [(stop, of_stop(stop)) for stop in found.shared[:NAMED]],
        "shared_more": max(0, len(found.shared) - NAMED),
        # Who stopped everybody, and why, is the operator's affair.
        "sees_all": request.principal.over(Permission.SWITCHES_READ) == ALL,
        "actor": request.principal.actor,
    }
