"""What every page of the switches says first: what is off over everybody, whatever a tenant's own switch says."""

from typing import Any, Final

from killswitch.standing import Above, above
from killswitch.views.places import of_stop, short_name
from killswitch.words import listed
from tenants.http import TenantRequest
from tenants.permissions import Permission
from tenants.scope import ALL

# Of the stops over everybody, those that are named; the rest are counted.
NAMED: Final = 3


def frame(request: TenantRequest) -> dict[str, Any]:
    found, sees_all = above(), request.principal.over(Permission.SWITCHES_READ) == ALL
    return {
        "above": found,
        "shared": [(stop, of_stop(stop)) for stop in found.shared[:NAMED]],
        "shared_more": max(0, len(found.shared) - NAMED),
        # Whoever is on is so except for these.
        "exceptions": _exceptions(found, sees_all=sees_all),
        # Who stopped everybody, and why, is the operator's affair.
        "sees_all": sees_all,
        "actor": request.principal.actor,
    }


def _exceptions(above: Above, *, sees_all: bool) -> str:
    if not above.shared:
        return ""
    if not sees_all:
        return "what the operator switched off"
    names = sorted(short_name(stop) for stop in above.shared[:NAMED])
    return listed(names, more=max(0, len(above.shared) - NAMED))
