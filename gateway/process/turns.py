"""Who waits, tenant by tenant: each has its turn once before any has it twice. Pure."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from uuid import UUID


class Turns[Waiter: Hashable]:
    """Every operation takes as long for the thousandth that waits as for the first."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, OrderedDict[Waiter, None]] = {}
        # In the order of their turns; those that may have none just now are set aside.
        self._ring: OrderedDict[UUID, None] = OrderedDict()
        self.count = 0

    def of(self, tenant: UUID) -> int:
        return len(self._waiting.get(tenant, ()))

    def add(self, tenant: UUID, waiter: Waiter) -> None:
        self._waiting.setdefault(tenant, OrderedDict())[waiter] = None
        self._ring.setdefault(tenant)
        self.count += 1

    def remove(self, tenant: UUID, waiter: Waiter) -> None:
        """If it still waits."""
        queue = self._waiting.get(tenant)
        if queue is None or waiter not in queue:
            return
        del queue[waiter]
        self.count -= 1
        if not queue:
            self._drop(tenant)

    def bring_back(self, tenant: UUID) -> None:
        """One that was set aside may have its turn again."""
        if tenant in self._waiting:
            self._ring.setdefault(tenant)

    def next(self, may: Callable[[UUID], bool]) -> tuple[UUID, Waiter] | None:
        """Whoever has waited longest, of the tenant whose turn it is; it waits no more."""
        while self._ring:
            tenant, _ = self._ring.popitem(last=False)
            if not may(tenant):
                continue
            queue = self._waiting[tenant]
            waiter, _ = queue.popitem(last=False)
            self.count -= 1
            if queue:
                self._ring[tenant] = None
            else:
                self._drop(tenant)
            return tenant, waiter
        return None

    def all(self) -> Iterator[Waiter]:
        return (waiter for queue in self._waiting.values() for waiter in queue)

    def clear(self) -> None:
        self._waiting.clear()
        self._ring.clear()
        self.count = 0

    def _drop(self, tenant: UUID) -> None:
        del self._waiting[tenant]
        self._ring.pop(tenant, None)
