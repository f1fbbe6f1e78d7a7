"""What is told by the clock: an end that comes soon, and a review that is due."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F

from killswitch.models import Notice, Stop
from killswitch.notices import apart, facts, outbox
from tenants.actors import ActorKind
from tenants.models import User

WARNED_BEFORE: Final = timedelta(minutes=10)
# A shorter stop ends while whoever made it is still at it.
_LONG_ENOUGH: Final = timedelta(minutes=20)
# What was due long before anybody could be told of it is no news.
_NEWS: Final = timedelta(days=1)


def tell_expiring(*, at: datetime) -> int:
    """To the channels, and to who made it; once an end. In the scope of all."""
    soon = Stop.objects.active().filter(expires_at__gt=at, expires_at__lte=at + WARNED_BEFORE)
    long_enough = soon.filter(expires_at__gte=F("made_at") + _LONG_ENOUGH).select_related("tenant", "feature")
    return apart.told(_untold(long_enough, _key_of_end), lambda stop: outbox.write(_expiring(stop, at)))


def tell_reviews(*, at: datetime) -> int:
    """To the channels; once a date."""
    due = Stop.objects.due_for_review(at=at).filter(review_at__gt=at - _NEWS).select_related("tenant", "feature")
    return apart.told(_untold(due, _key_of_review), lambda stop: outbox.write(_review(stop, at)))


def _untold(stops: Iterable[Stop], key_of: Callable[[Stop], str]) -> list[Stop]:
    by_key = {key_of(stop): stop for stop in stops}
    told = set(Notice.objects.filter(key__in=by_key).values_list("key", flat=True)) if by_key else set()
    return [stop for key, stop in by_key.items() if key not in told]


def _key_of_end(stop: Stop) -> str:
    return f"expiring:{stop.pk}:{stop.expires_at:%Y%m%dT%H%M%S}"


def _key_of_review(stop: Stop) -> str:
    return f"review:{stop.pk}:{stop.review_at:%Y%m%dT%H%M%S}"


def _expiring(stop: Stop, at: datetime) -> list[Notice]:
    told, key = facts.of_stop(stop), _key_of_end(stop)
    rows = outbox.to_channels(Notice.Kind.EXPIRING, stop, key=key, facts=told, at=at)
    maker = _maker(stop)
    return [*rows, outbox.to_user(maker, Notice.Kind.EXPIRING, stop, key, told, at)] if maker else rows


def _review(stop: Stop, at: datetime) -> list[Notice]:
    told, key = facts.of_stop(stop), _key_of_review(stop)
    return outbox.to_channels(Notice.Kind.REVIEW_DUE, stop, key=key, facts=told, at=at)


def _maker(stop: Stop) -> User | None:
    if stop.made_by_kind != ActorKind.USER:
        return None
    return User.objects.filter(pk=UUID(stop.made_by_id), is_active=True).first()
