"""What callers asked of each version of a prompt; the console's own calls, as of evals, are not among them."""

from datetime import datetime
from typing import Final

from django.db.models import Q, Sum

from costs.models import HourlySpend
from costs.reports import ledger
from costs.reports.periods import Period
from costs.reports.totals import Totals
from prompts.models import Prompt, PromptVersion
from tenants.models import Tenant

_WANTED: Final = ("calls", "spend", "unpriced_calls", "simulated_calls")


def calls_of_prompt(prompt: Prompt, environment: str, tenants: Q, period: Period) -> int | None:
    """Calls there of whichever of its versions. None: another prompt has one of the same content, and nobody can tell.

    `tenants`: whose calls, of the customers.
    """
    own = PromptVersion.objects.of(prompt).values("hash")
    if PromptVersion.objects.filter(hash__in=own).exclude(prompt=prompt).exists():
        return None
    rows = HourlySpend.objects.filter(tenants, tenant__in=Tenant.objects.customers(), environment=environment)
    rows = rows.between(period.since, period.until).filter(prompt_version__in=own)
    return int(rows.aggregate(calls=Sum("calls", default=0))["calls"])


def versions(since: datetime, until: datetime) -> dict[str, Totals]:
    """By hash. A version that is missing was not called, or not through the gateway."""
    return ledger.sums_of_versions(Q(tenant__in=Tenant.objects.customers()), Period(since, until), wanted=_WANTED)
