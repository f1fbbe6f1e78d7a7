"""How many calls one process takes at once, and how many of them one tenant."""

from collections import defaultdict
from uuid import UUID

from gateway.errors import Busy, TenantBusy


class Load:
    """Refuses before the process falls over, and before one tenant has all the places."""

    def __init__(self, *, most: int, most_of_a_tenant: int) -> None:
        self._most, self._most_of_a_tenant = most, most_of_a_tenant
        self._by_tenant: defaultdict[UUID, int] = defaultdict(int)
        self.calls = 0

    def enter(self, tenant: UUID) -> None:
        if self.calls >= self._most:
            raise Busy(self._most)
        if self._by_tenant.get(tenant, 0) >= self._most_of_a_tenant:
            raise TenantBusy(self._most_of_a_tenant)
        self.calls += 1
        self._by_tenant[tenant] += 1

    def leave(self, tenant: UUID) -> None:
        self.calls -= 1
        self._by_tenant[tenant] -= 1
        if not self._by_tenant[tenant]:
            del self._by_tenant[tenant]
