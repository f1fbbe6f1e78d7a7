"""Send what waits for one receiver, until nothing is left or it does not get through."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from killswitch.confirmations import confirmations
from killswitch.models import Channel, Notice, Stop
from killswitch.notices import claiming, hearing, mail, queueing, releases, slack, webhook, wording
from killswitch.notices.facts import proof_of
from killswitch.notices.outcomes import Outcome
from tenants.models import User
from tenants.scope import ALL, scope
from tenants.secrets import Unreadable

type Clock = Callable[[], datetime]

log = logging.getLogger(__name__)

# Of one receiver in one go; then others get their turn.
_IN_A_ROW: Final = 50
SECONDS_IN_A_ROW: Final = 20.0
# Longer waits are ended by who looks for what is due.
_SOON: Final = 60
_WHY: Final = {
    Notice.Kind.EXPIRING: "You get this because you turned it off.",
    Notice.Kind.RESUMED: "You get this because you asked to be told if calls resume. You are told once.",
    Notice.Kind.NOT_RELEASED: "You get this because you asked for this release, or approved it.",
    Notice.Kind.LEAKED: "You get this because you asked to be told if calls resume. You are told once.",
}


def deliver(road: str, *, clock: Clock, within: float = SECONDS_IN_A_ROW) -> int:
    """How many got through, of as many as `within` so many seconds go. No transaction is open while one is sent."""
    count, ends = 0, time.monotonic() + within
    while count < _IN_A_ROW and time.monotonic() < ends:
        notice = claiming.claim(road, at=clock())
        if notice is None:
            return count
        outcome = send(notice, at=clock())
        wait = claiming.settle(notice, outcome, at=clock())
        if wait is not None and wait <= _SOON:
            queueing.deliver_later(road, wait)
        if not outcome.is_ok:
            return count
        count += 1
    queueing.deliver([road])
    return count


def send(notice: Notice, *, at: datetime) -> Outcome:
    """What fails in a way that nobody thought of is a failed try like any other: else it came back for ever."""
    try:
        return _send(notice, at=at)
    except Exception as fault:
        log.exception("notice.failed notice=%s", notice.pk)
        return Outcome(False, f"The console could not send it ({type(fault).__name__}); its log says more.")


def _send(notice: Notice, *, at: datetime) -> Outcome:
    with scope(ALL):
        channel = _channel(notice)
        told = wording.tell(notice.kind, notice.facts, _proof(notice, at))
        fault = _fault(notice, channel)
        try:
            address, secret = (channel.opened_address(), channel.opened_secret()) if channel else ("", "")
        except Unreadable as unreadable:
            return Outcome(False, str(unreadable), is_final=True)
    if fault:
        return Outcome(False, fault, is_final=True)
    if channel is None:
        return _to_person(notice, told)
    if channel.kind == Channel.Kind.EMAIL:
        why = f"You get this because of the channel “{channel.name}” of {channel.tenant.name} (Switches, Notices)."
        return mail.send(address.split(), notice.facts, told, why=why, delivery=notice.pk)
    body = slack.body(notice.kind, notice.facts, told)
    return webhook.post(
        address, body, secret=secret, allow_private=channel.allow_private, delivery=notice.pk, at=at
    )  # fmt: skip


def _fault(notice: Notice, channel: Channel | None) -> str:
    if notice.channel_id is None:
        return ""
    if channel is None:
        return "The channel was removed."
    is_test = notice.kind == Notice.Kind.TEST
    return "" if channel.is_enabled or is_test else "The channel was turned off before it could be sent."


def _to_person(notice: Notice, told: wording.Told) -> Outcome:
    with scope(ALL):
        user = notice.user
        may = user is not None and _may_hear(user, notice)
    if user is None or not may:
        return Outcome(False, "This person may not see it any more.", is_final=True)
    why = _WHY[Notice.Kind(notice.kind)]
    outcome = mail.send([user.email], notice.facts, told, why=why, delivery=notice.pk)
    # The tenant's own people read it, and whoever watches may be the operator's.
    return replace(outcome, says=outcome.says.replace(user.email, "the address"))


def _may_hear(user: User, notice: Notice) -> bool:
    if notice.kind == Notice.Kind.NOT_RELEASED:
        return releases.may_hear(user)
    stop = Stop.objects.select_related("tenant").filter(pk=notice.stop_id or UUID(int=0)).first()
    return stop is not None and hearing.may_hear(user, stop)


def _channel(notice: Notice) -> Channel | None:
    return Channel.objects.select_related("tenant").filter(pk=notice.channel_id).first() if notice.channel_id else None


def _proof(notice: Notice, at: datetime) -> str:
    if notice.kind != Notice.Kind.CHANGED or notice.revision is None:
        return ""
    return proof_of(confirmations(notice.revision, at=at))
