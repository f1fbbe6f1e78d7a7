"""What a customer has that no other may see."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from costs.budgets import declare_budget
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Feature, Tenant
from tests.costs.factories import make_finished, make_opened, record
from tests.factories import make_key
from tests.integrations.factories import make_connection, make_waiting
from tests.isolation.address import NAME, NOTE
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import make_channel
from tests.killswitch.planned.factories import make_plan
from tests.killswitch.rules.factories import a_rule


def things_of(acme: Tenant, answers: Feature, by_support: Actor, now: datetime) -> dict[str, Any]:
    """What acme has, and globex must not see: a stop with a note, a key, a write, entries in its audit chain."""
    write = make_waiting(make_connection(acme, "http://127.0.0.1:9", name=NAME), NOTE)
    # Before the channel, which hears of one thing.
    plan = make_plan(Target.of(acme), starts_at=datetime.now(UTC) + timedelta(days=1), by=by_support, note=NOTE)
    channel = make_channel(acme, "https://hooks.example/abc", at=now, name=f"{NAME} {NOTE}")
    stop = make_stop(acme, by=by_support, at=now, note=NOTE)
    call = make_finished(make_opened(tenant=acme.pk, feature=answers.pk, at=now))
    record(call)
    return {
        "tenant": "acme",
        "key": make_key(acme).key.pk,
        "stop": stop.pk,
        "plan": plan.pk,
        "revision": stop.revision,
        "rule": a_rule("model-fails", at=now).slug,
        "connection": "erp",
        "channel": channel.pk,
        "notice": channel.notices.get().pk,
        "write": write.id,
        "action": write.action,
        "call": call.call.id,
        "feature": "answers",
        "system": "connection",
        "shared": "feature",
        "prompt": "welcome",
        "version": "v1",
        "run": UUID(int=1),
        "budget": declare_budget(acme, amount_usd=Decimal(7), by=by_support, at=now).row.pk,
        "item": 23,
    }
