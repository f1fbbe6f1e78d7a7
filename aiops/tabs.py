"""What the bar at the foot of a phone holds, by who holds the phone: the rest is behind "More"."""

from collections.abc import Mapping, Sequence
from typing import Final

from tenants.models import Role

# The last of them is "More", where there are more pages than these.
MOST: Final = 5
# As views, the most needed first. What somebody may not see gives its place to the next of the rail.
_OF: Final[Mapping[Role, Sequence[str]]] = {
    Role.SUPPORT: ("killswitch:switch-list", "costs:call-list", "gateway:chain-list", "integrations:write-list"),
    Role.ENGINEER: ("killswitch:switch-list", "costs:call-list", "evals:run-list", "prompts:prompt-list"),
    Role.MANAGER: ("killswitch:switch-list", "costs:spend", "costs:budget-list", "readiness:feature-list"),
    Role.AUDITOR: ("killswitch:switch-list", "tenants:audit-list", "costs:call-list", "readiness:feature-list"),
    Role.ADMIN: ("killswitch:switch-list", "costs:call-list", "prompts:prompt-list", "costs:spend"),
    Role.TENANT_ADMIN: ("killswitch:switch-list", "costs:call-list", "integrations:write-list", "costs:spend"),
}


def tabs_of(role: Role | None, views: Sequence[str]) -> list[str]:
    """`views`: those of all pages that this person sees, as the rail has them."""
    if len(views) <= MOST or role is None:
        return list(views[:MOST])
    first = [view for view in _OF.get(role, ()) if view in views]
    return [*first, *(view for view in views if view not in first)][: MOST - 1]
