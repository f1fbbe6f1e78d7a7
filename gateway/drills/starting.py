"""A drill is written down and queued; a worker asks the gateways."""

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from gateway.models import Chain, ChainDrill
from tenants import queueing
from tenants.actors import Actor
from tenants.models import Process
from tenants.refusals import Conflict

# By its name: what runs it imports OpenAI's client, which pages do not need.
_TASK = "gateway.tasks.run_drill"
_DIED = "The worker that ran this drill ended in the middle of it."
_NEVER_BEGUN = "No worker took it up within a quarter of an hour."
_NO_WORKER = "No worker could be told of it: its queue does not answer."


class NoDrillNow(Conflict):
    """There is nothing to try out, or somebody is at it."""

    code = "no_drill_now"


def start_drill(chain: Chain, *, scheduled: bool = False, by: Actor, at: datetime) -> ChainDrill:
    """Returns at once. Each gateway is asked once, so that it costs as many calls as there are gateways."""
    if chain.members.count() < 2:
        raise NoDrillNow(f"Chain {chain.slug} has one model: there is no second one to try.")
    if not (total := Process.objects.gateways().count()):
        raise NoDrillNow("No gateway is running: there is nothing to ask.")
    queueing.check()
    end_lost(at=at)
    if ChainDrill.objects.under_way().filter(chain=chain).exists():
        raise _under_way(chain)
    try:
        with transaction.atomic():
            drill = ChainDrill.objects.create(
                chain=chain, started_at=at, started_by=by.label, scheduled=scheduled, total=total
            )
    except IntegrityError:
        raise _under_way(chain) from None
    transaction.on_commit(partial(_send, drill))
    return drill


def end_lost(*, at: datetime) -> None:
    """Those that nobody runs any more, or ever began."""
    ChainDrill.objects.died().update(finished_at=at, passed=False, trouble=_DIED)
    ChainDrill.objects.never_begun(at=at).update(finished_at=at, passed=False, trouble=_NEVER_BEGUN)


def _under_way(chain: Chain) -> NoDrillNow:
    return NoDrillNow(f"A drill of chain {chain.slug} is under way. Look at its outcome in a moment.")


def _send(drill: ChainDrill) -> None:
    if not queueing.send(_TASK, str(drill.pk)):
        # It answered a moment ago.
        left = ChainDrill.objects.under_way().filter(pk=drill.pk)
        left.update(finished_at=drill.started_at, passed=False, trouble=_NO_WORKER)
