"""The ledger of the hard budgets when there is one gateway only: counted here, without Valkey."""

from collections import Counter as Sums
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import override

from django.conf import settings
from django.db.models import Sum

from aiops.lib import uuid7
from costs.budgeting.entries import Entry, Place
from costs.budgeting.errors import Exceeded
from costs.budgeting.ledger import Ledger
from costs.budgeting.limits import Counter
from costs.budgeting.money import nanos
from costs.models import Call


class OwnLedger(Ledger):
    def __init__(self) -> None:
        super().__init__(settings.REDIS_URL, "demo", lambda: ())
        # In nano-dollars, by the name of the counter.
        self._spent: Sums[str] = Sums()
        self._held: Sums[str] = Sums()

    def learn(self, counters: Iterable[Counter], at: datetime) -> None:
        """What is on record by then; periods that begin later begin with nothing. Needs all tenants in scope."""
        self._spent = Sums({counter.name: _recorded(counter, at) for counter in counters})

    @override
    async def reserve(self, entry: Entry) -> None:
        for counter in entry.counters:
            spent, held = self._spent[counter.name], self._held[counter.name]
            if spent + held + entry.amount > counter.budget.limit:
                raise Exceeded(counter, spent=spent, held=held, asked=entry.amount)
        self._held.update({counter.name: entry.amount for counter in entry.counters})

    @override
    def settle(self, entry: Entry, cost: int, place: Place | None = None) -> None:
        for counter in entry.counters:
            self._held[counter.name] -= entry.amount
            self._spent[counter.name] += cost


def _recorded(counter: Counter, at: datetime) -> int:
    budget = counter.budget
    calls = Call.objects.filter(id__gte=uuid7.floor(counter.start), id__lt=uuid7.floor(at))
    if budget.tenant is not None:
        calls = calls.filter(tenant_id=budget.tenant)
    if budget.feature is not None:
        calls = calls.filter(feature_id=budget.feature)
    return nanos(calls.aggregate(spent=Sum("cost_usd"))["spent"] or Decimal(0))
