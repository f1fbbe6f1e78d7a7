"""“Tell me if calls resume”: one person is told once, when the stop ends or calls get through all the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from killswitch.models import Notice, ResumeWatch, Stop
from killswitch.notices import facts, hearing, outbox
from tenants.models import User
from tenants.refusals import Conflict

# Whoever lifts it waits for the lock, and tells; or has lifted it, and there is nothing to wait for.
_IN_FORCE: Final = "SELECT FROM killswitch_stop WHERE id = %s AND state = 'active' FOR SHARE"


@transaction.atomic
def watch(stop: Stop, user: User, *, at: datetime) -> bool:
    """False when they do so already."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [stop.pk])
        is_in_force = cursor.fetchone() is not None
    if not is_in_force:
        raise Conflict(f"Calls have resumed: somebody turned {stop.what} back on already.")
    kept = {"since": at, "tenant_id": hearing.tenant_of(stop)}
    return ResumeWatch.objects.get_or_create(stop=stop, user=user, defaults=kept)[1]


def unwatch(stop: Stop, user: User) -> bool:
    return bool(ResumeWatch.objects.filter(stop=stop, user=user).delete()[0])


def is_watched(stop: Stop, user: UUID) -> bool:
    return ResumeWatch.objects.filter(stop=stop, user_id=user).exists()


def watched() -> Sequence[Stop]:
    """The stops in force that somebody watches."""
    ids = ResumeWatch.objects.values("stop_id")
    return list(Stop.objects.active().filter(pk__in=ids).select_related("tenant", "feature"))


def tell_leak(stop: Stop, *, answered: int, since: datetime, at: datetime) -> int:
    """Calls were answered although it is off and every gateway had confirmed. Ends the watches. In the scope of all."""
    told = {**facts.of_stop(stop), "answered": answered, "since": since.isoformat()}
    watches = list(ResumeWatch.objects.filter(stop=stop).select_related("user"))
    ResumeWatch.objects.filter(pk__in=[each.pk for each in watches]).delete()
    key = f"leaked:{stop.pk}:{at:%Y%m%dT%H%M%S}"
    return outbox.write(
        [outbox.to_user(each.user, Notice.Kind.LEAKED, stop, key, told, at) for each in watches]
    )  # fmt: skip
