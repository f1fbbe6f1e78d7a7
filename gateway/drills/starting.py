"""A drill is written down and queued; a worker asks the gateways."""

import logging
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from aiops.celery import app
from gateway.models import Chain, ChainDrill
from gateway.models.drill import LOST_AFTER
from tenants.actors import Actor
from tenants.models import Process
from tenants.refusals import Conflict

log = logging.getLogger(__name__)

_DIED = "The worker that ran this drill ended in the middle of it."
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
    _end_lost(chain, at)
    try:
        with transaction.atomic():
            drill = ChainDrill.objects.create(
                chain=chain, started_at=at, started_by=by.label, scheduled=scheduled, total=total
            )
    except IntegrityError:
        raise NoDrillNow(f"A drill of chain {chain.slug} is under way. Look at its outcome in a moment.") from None
    transaction.on_commit(partial(_send, drill))
    return drill


def _end_lost(chain: Chain, at: datetime) -> None:
    lost = ChainDrill.objects.under_way().filter(chain=chain, started_at__lt=at - LOST_AFTER)
    lost.update(finished_at=at, passed=False, trouble=_DIED)


def _send(drill: ChainDrill) -> None:
    try:
        # By its name: what runs it imports OpenAI's client, which pages do not need.
        app.send_task("gateway.tasks.run_drill", args=(str(drill.pk),), retry=False)
    except OperationalError as fault:
        log.warning("chain_drill.not_sent id=%s %s", drill.pk, fault)
        ChainDrill.objects.filter(pk=drill.pk).update(finished_at=drill.started_at, trouble=_NO_WORKER)
