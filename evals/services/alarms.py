from datetime import datetime

from django.db import transaction

from evals.models import DriftAlarm
from tenants import audit
from tenants.actors import Actor


def close_alarm(alarm: DriftAlarm, *, note: str = "", by: Actor, at: datetime) -> bool:
    """Somebody has looked; it comes back only when the drift goes on. False if somebody closed it first."""
    with transaction.atomic():
        won = DriftAlarm.objects.filter(pk=alarm.pk, closed_at=None).update(closed_at=at, closed_by=by.label)
        if won:
            facts = {"alarm": str(alarm.pk), "signal": alarm.signal, "detail": alarm.detail, "note": note}
            audit.append_to_installation(actor=by, action="drift.closed", object=str(alarm.suite), payload=facts, at=at)
    return bool(won)
