"""One of everything that the API tells of."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from aiops.lib import uuid7
from costs.budgets import declare_budget
from costs.records import Hop
from evals import services
from evals.models import DriftAlarm, Result
from evals.services import planning
from gateway.models import ChainDrill
from gateway.services import Member, declare_chain, declare_feature_chain, declare_model, declare_provider
from killswitch.guard import ActiveStop
from killswitch.models import Trip
from killswitch.targets import Target
from killswitch.wire import to_wire
from prompts import services as prompts
from tenants.actors import SYSTEM
from tenants.models import Feature, Process, Role, Tenant
from tests.costs.factories import GROUNDING, make_finished, make_opened, record
from tests.evals.factories import make_run, make_suite
from tests.factories import actor_of, make_key, make_user
from tests.integrations.factories import make_connection, make_waiting
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import make_channel
from tests.killswitch.planned.factories import make_plan
from tests.killswitch.rules.factories import BAD, World
from tests.prompts.factories import make_release, make_version


def make_everything(acme: Tenant, answers: Feature) -> dict[str, Any]:
    """What addresses take, by the name under which they take it."""
    now = datetime.now(UTC)
    channel = make_channel(Tenant.objects.operator(), "https://hooks.example/abc", at=now)
    stop = make_stop(acme, by=SYSTEM, at=now, note="Wrong opening hours")
    planner = actor_of(make_user("planner@operator.example", Role.SUPPORT, Tenant.objects.operator()))
    plan = make_plan(Target.of(acme), starts_at=now + timedelta(days=1), by=planner)
    make_key(acme)
    Process.objects.create(
        id=uuid4(), kind="gateway", name="gateway-1", host="here", pid=1, started_at=now, seen_at=now,
        stops_revision=stop.revision, config_revision=1, push_works=True, open_calls=0,
    )  # fmt: skip
    held = ActiveStop(uuid7.new(now), "model:small", "answers", "AI is paused.")
    Process.objects.update(held_stops=[to_wire(held)])
    write = make_waiting(make_connection(acme, "http://127.0.0.1:9"))
    budget = declare_budget(acme, amount_usd=Decimal(7), by=SYSTEM, at=now).row
    drill = _declare_chain(answers, now)
    there = {
        "drill_id": drill.pk,
        "rule": _trip(now).rule.slug,
        "tenant": "acme",
        "write_id": write.id,
        "budget_id": budget.pk,
    }
    return there | {
        "stop_id": stop.pk,
        "plan_id": plan.pk,
        "channel_id": channel.pk,
        "revision": stop.revision,
        "slug": "acme",
        **_quality(answers, now),
        **_call(acme, answers, now),
    }


def _call(acme: Tenant, answers: Feature, now: datetime) -> dict[str, Any]:
    hops = (Hop("small", "openai", 429, 100, "429"), Hop("gpt-test", "openai", 200, 700, ""))
    opened = make_opened(at=now - timedelta(minutes=5), tenant=acme.pk, feature=answers.pk, prompt_version="3f" * 32)
    finished = make_finished(opened, hops=hops, fallback=True, grounding=GROUNDING)
    record(finished, make_finished(make_opened(at=now, tenant=acme.pk, feature=answers.pk)), at=now)
    return {"call_id": finished.call.id}


def _declare_chain(answers: Feature, now: datetime) -> ChainDrill:
    declare_provider("p", name="P", base_url="https://api.example/v1", by=SYSTEM)
    declare_model("m", provider="p", by=SYSTEM)
    chain = declare_chain("quick", members=[Member("m")], by=SYSTEM).row
    declare_feature_chain(answers, chain="quick", by=SYSTEM)
    answered = {"call": "", "failed": "p/m", "served": "p/n", "hops": [["p/m", "drill"]], "ms": 9, "error": ""}
    told = [{"process": "gateway-1", **answered}]
    return ChainDrill.objects.create(
        chain=chain, started_at=now, finished_at=now, started_by="x", total=1, passed=True, answers=told
    )


def _trip(now: datetime) -> Trip:
    """Of a rule that looked twice, in shadow."""
    World(now).look(BAD, BAD)
    return Trip.objects.get()


def _quality(answers: Feature, now: datetime) -> dict[str, Any]:
    base, head = make_version(), make_version("Be kind and short.")
    make_release(base)
    make_release(head, percent=10)
    suite = make_suite()
    run = make_run(suite, head, base)
    for place, (case, arm) in enumerate((f"case-{number}", arm) for number in range(3) for arm in ("base", "head")):
        Result.objects.create(
            run=run, case=case, arm=arm, repeat=0, place=place, passed=arm == "base", score=1, output="yes",
            checks=[{"type": "icontains", "verdict": "pass" if arm == "base" else "fail", "reason": "no yes"}],
            done_at=now,
        )  # fmt: skip
    sure = make_run(suite, base, kind="confidence", stands_for=answers, verdict="")
    Result.objects.create(
        run=sure, case="case-0", arm="head", repeat=0, place=0, passed=True, confidence=1, done_at=now
    )
    made = services.calibrate(sure, target=Decimal("0.5"), by=SYSTEM, at=now)
    DriftAlarm.objects.create(suite=suite.suite, signal="pass_rate", detail="It fell.", run=run, raised_at=now)
    return {
        "name": "welcome",
        "version": "v2",
        "run_id": run.pk,
        "calibration_id": made.pk,
        **_planned(datetime.now(UTC)),
    }


def _planned(now: datetime) -> dict[str, Any]:
    prompts.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=now)
    version = make_version("Asked for.", name="asked-for")
    asker = actor_of(make_user("asker@operator.example", Role.ENGINEER, Tenant.objects.operator()))
    plan = planning.ask(version, environment="production", override="Only to be looked at.", by=asker, at=now)
    return {"planned_id": plan.pk, "environment": "production"}
