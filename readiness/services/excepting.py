"""An item that need not be met: one person asks, another agrees, either ends it. Keys only end it."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from readiness.items import ITEMS, Item
from readiness.models import ItemException
from readiness.refusals import AlreadyOpen, NeedsAnother, NeedsPerson
from readiness.services.attesting import check_end, check_words, write
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import Feature
from tenants.refusals import Conflict, Invalid

LONGEST_WAIVER: Final = timedelta(days=90)
LONGEST: Final = timedelta(days=365)


def ask_exception(
    item: Item,
    *,
    kind: ItemException.Kind,
    feature: Feature | None = None,
    reason: str,
    expires_on: date | None = None,
    by: Actor,
    at: datetime,
) -> ItemException:
    """It counts for nothing until another person agrees. Refused to keys."""
    _check_person(by)
    check_words("reason", reason)
    _check_expiry(kind, expires_on, at.date())
    try:
        with transaction.atomic():
            _end_expired(item, feature, at)
            made = ItemException.objects.create(
                item=item.number,
                kind=kind,
                feature=feature,
                reason=reason.strip(),
                expires_on=expires_on,
                asked_by_kind=by.kind,
                asked_by_id=by.id,
                asked_by_label=by.label,
                asked_at=at,
            )
            write(by, "readiness.exception_asked", item, feature, _facts(made), at)
    except IntegrityError as fault:
        found = ItemException.objects.open().filter(item=item.number, feature=feature).first()
        if found is None:
            raise
        when = f"{found.asked_at:%-d %b %H:%M} UTC"
        raise AlreadyOpen(
            f"{found.asked_by_label} asked for one at {when}. End that first, or have a second person agree to it."
        ) from fault
    return made


def agree_exception(exception: ItemException, *, by: Actor, at: datetime) -> bool:
    """From now on it holds. False if somebody agreed before. Refused to whoever asked for it, and to keys."""
    _check_person(by)
    if exception.was_asked_by(by):
        raise NeedsAnother("You asked for this exception: a second person has to agree to it.")
    with transaction.atomic():
        waiting = ItemException.objects.unexpired(on=at.date()).filter(pk=exception.pk, agreed_at=None)
        won = waiting.exclude(asked_by_id=by.id).update(agreed_at=at, agreed_by_id=by.id, agreed_by_label=by.label)
        if won:
            _write("readiness.exception_agreed", exception, by, at)
    if not won:
        _check_open(exception, at)
    return bool(won)


def end_exception(exception: ItemException, *, by: Actor, at: datetime) -> bool:
    """The item is asked again. False if somebody ended it before."""
    return _end(exception, by, by.label, at)


def _end(exception: ItemException, by: Actor, told: str, at: datetime) -> bool:
    with transaction.atomic():
        won = ItemException.objects.open().filter(pk=exception.pk).update(ended_at=at, ended_by=told)
        if won:
            _write("readiness.exception_ended", exception, by, at)
    return bool(won)


def _check_person(by: Actor) -> None:
    if by.kind != ActorKind.USER:
        raise NeedsPerson("Exceptions take two people, and a key may be in anybody's hands: log in and do it yourself.")


def _check_open(exception: ItemException, at: datetime) -> None:
    exception.refresh_from_db()
    if exception.ended_at is not None:
        raise Conflict(f"{exception.ended_by} ended this exception at {exception.ended_at:%-d %b %H:%M:%S} UTC.")
    if not exception.is_agreed:
        raise Conflict(f"This exception ran out on {exception.expires_on:%-d %b %Y}; ask for a new one.")


def _check_expiry(kind: ItemException.Kind, expires_on: date | None, today: date) -> None:
    is_waiver = kind == ItemException.Kind.WAIVED
    if expires_on is None:
        if is_waiver:
            raise Invalid("expires_on", "a waiver has an end; say until which day it holds.")
        return
    longest = LONGEST_WAIVER if is_waiver else LONGEST
    check_end(expires_on, today, today + longest, f"this holds for {longest.days} days at most")


def _end_expired(item: Item, feature: Feature | None, at: datetime) -> None:
    """One that has run out stands in nobody's way."""
    for each in ItemException.objects.open().filter(item=item.number, feature=feature, expires_on__lt=at.date()):
        _end(each, SYSTEM, "its end", at)


def _write(action: str, exception: ItemException, by: Actor, at: datetime) -> None:
    write(by, action, ITEMS[exception.item], exception.feature, _facts(exception), at)


def _facts(exception: ItemException) -> dict[str, Any]:
    return {
        "exception": str(exception.pk),
        "kind": exception.kind,
        "reason": exception.reason,
        "asked_by": exception.asked_by_label,
        "expires_on": exception.expires_on.isoformat() if exception.expires_on else None,
    }
