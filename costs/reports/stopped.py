"""Whose calls stops refused lately: by the stop, as a tenant's traffic says of no call which one it was."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count

from costs.models import Call
from costs.records import Outcome
from costs.reports.within import within

_LATELY: Final = timedelta(minutes=15)


def stopped_by(stops: Collection[UUID], tenants: Collection[UUID], at: datetime) -> Mapping[UUID, int]:
    """Calls of these tenants that one of these stops refused, by tenant; one query for all."""
    rows = Call.objects.filter(within(tenants), outcome=Outcome.STOPPED, stop_id__in=stops).since(at - _LATELY)
    return dict(rows.values_list("tenant_id").annotate(calls=Count("id")))
