"""What callers asked of each version of a prompt; the console's own calls, as of evals, are not among them."""

from datetime import datetime
from typing import Final

from django.db.models import Q

from costs.reports import ledger
from costs.reports.periods import Period
from costs.reports.totals import Totals
from tenants.models import Tenant

_WANTED: Final = ("calls", "spend", "unpriced_calls", "simulated_calls")


def versions(since: datetime, until: datetime) -> dict[str, Totals]:
    """By hash. A version that is missing was not called, or not through the gateway."""
    return ledger.sums_of_versions(Q(tenant__in=Tenant.objects.customers()), Period(since, until), wanted=_WANTED)
