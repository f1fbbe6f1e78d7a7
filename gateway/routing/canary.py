"""Who of a chain is asked first: a share of people may try another model, and each stays with theirs. Pure."""

from dataclasses import replace
from itertools import accumulate

from aiops.lib.shares import place_of
from gateway.config import Member, Route


def for_somebody(route: Route, who: str) -> Route:
    """The route in the order in which it is walked for this session or user."""
    if not route.is_shared:
        return route
    first = _first(route, who)
    if first is route.members[0]:
        return route
    return replace(route, members=(first, *(member for member in route.members if member is not first)))


def _first(route: Route, who: str) -> Member:
    """A larger share takes more people in, and lets nobody out who was in it."""
    drawn = place_of(who, among=route.name) * 100
    bounds = accumulate(member.first_percent for member in route.members)
    return next(
        (member for member, bound in zip(route.members, bounds, strict=True) if drawn < bound), route.members[0]
    )
