"""What people set going themselves: a test of a channel, and once more what was given up."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction

from aiops.lib import uuid7
from killswitch.models import Channel, Notice
from killswitch.notices import claiming, facts, outbox, queueing, sending
from killswitch.notices.outcomes import Outcome
from tenants import audit
from tenants.actors import Actor
from tenants.refusals import Conflict
from tenants.scope import ALL, scope


def test(channel: Channel, *, by: Actor, clock: Callable[[], datetime]) -> Outcome:
    """Send one at once, past whatever waits, and say what came of it. Not inside a transaction."""
    at = clock()
    notice = Notice(
        id=uuid7.new(),
        tenant_id=channel.tenant_id,
        channel=channel,
        road=outbox.road_of(channel=channel),
        kind=Notice.Kind.TEST,
        facts=facts.of_test(by=by.label, at=at),
        attempts=1,
        due_at=at,
        made_at=at,
        tried_at=at,
        claimed_until=at + claiming.HELD_FOR,
    )
    notice.key = f"test:{notice.pk}"
    with scope(ALL):
        notice.save(force_insert=True)
    outcome = sending.send(notice, at=at)
    # It is told at once; nobody waits for another try.
    once = Outcome(outcome.is_ok, outcome.says, is_final=True)
    claiming.settle(notice, once, at=clock())
    with scope(ALL):
        payload = {"channel": str(channel.pk), "ok": outcome.is_ok, "says": outcome.says}
        audit.append(
            channel.tenant_id, actor=by, action="channel.tested", object=channel.name, payload=payload, at=at
        )  # fmt: skip
    return outcome


@transaction.atomic
def send_again(notice: Notice, *, by: Actor, at: datetime) -> None:
    """One that was given up gets all its tries anew, under the id that it had."""
    fresh = {"state": Notice.State.WAITING, "attempts": 0, "due_at": at, "claimed_until": None}
    won = Notice.objects.filter(pk=notice.pk, state=Notice.State.GIVEN_UP).update(**fresh)
    if not won:
        raise Conflict("It is waiting to be sent already, or has been sent.")
    payload = {"notice": str(notice.pk), "kind": notice.kind}
    audit.append(notice.tenant_id, actor=by, action="notice.again", object=notice.key, payload=payload, at=at)
    transaction.on_commit(partial(queueing.deliver_soon, [notice.road]), robust=True)
