"""The demo's chain: whether its second model could stand in is asked as soon as workers are up, and tried daily."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from aiops.demo.cast import CHAIN
from evals import services as evals
from evals.models import Run
from evals.parity.suites import by_chain
from gateway.drills import plan_drills
from gateway.models import Chain, ChainMember, DrillPlan
from tenants.actors import Actor

# Little enough for a laptop to go on with other things.
_AT_ONCE: Final = 4
# So that the last time at which it was due has passed, and the first drill is held once gateways are there.
_PLANNED_BEFORE: Final = timedelta(days=2)
_HOUR: Final = 6


@transaction.atomic
def prove(*, engineer: Actor, until: datetime) -> None:
    """Every suite of every member, one after the other by workers. Safe to repeat."""
    members = ChainMember.objects.filter(chain__slug=CHAIN).order_by("position").values_list("model__slug", flat=True)
    for judging in by_chain().get(CHAIN, ()):
        for model in members:
            if not Run.objects.filter(suite=judging.content, head=judging.version, model=model).exists():
                evals.start_run(
                    judging.content, head=judging.version, model=model, at_once=_AT_ONCE, by=engineer, at=until
                )
    chain = Chain.objects.get(slug=CHAIN)
    if not DrillPlan.objects.filter(chain=chain).exists():
        plan_drills(chain, every=DrillPlan.Every.DAY, hour=_HOUR, by=engineer, at=until - _PLANNED_BEFORE)
