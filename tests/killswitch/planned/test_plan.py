from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from killswitch import services
from killswitch.models import Plan, Stop
from killswitch.scopes import InFlight, Mode
from killswitch.targets import Target
from tenants import revisions
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Feature, Revision, Tenant
from tenants.refusals import Conflict, Invalid, NotAllowed
from tests.killswitch.planned.factories import make_plan

HOURS = timedelta(hours=2)


def test_a_plan_stops_nothing_yet(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    before = revisions.number(Revision.Name.STOPS)
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    assert (plan.state, plan.what, plan.made_by_label) == ("waiting", "Acme Robotics", by_support.label)
    assert not Stop.objects.exists()
    assert revisions.number(Revision.Name.STOPS) == before


def test_it_has_its_audit_row(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, note="Upgrade of the ERP", lasts=HOURS)
    entry = AuditEntry.objects.filter(tenant=acme).latest("seq")
    assert (entry.action, entry.actor_label, entry.object) == ("stop.planned", by_support.label, "Acme Robotics")
    assert entry.payload is not None
    assert str(plan.pk) in entry.payload
    assert "Upgrade of the ERP" in entry.payload
    assert tomorrow.isoformat() in entry.payload


def test_how_long_it_lasts_counts_from_its_start(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, lasts=HOURS)
    assert plan.expires_at == tomorrow + HOURS


def test_when_it_was_made_says_the_databases_clock(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    assert abs(datetime.now(UTC) - plan.made_at) < timedelta(seconds=30)


def test_whose_it_is_is_known(
    acme: Tenant, globex: Tenant, by_theirs: Actor, by_support: Actor, tomorrow: datetime
) -> None:
    assert not make_plan(Target.of(acme), starts_at=tomorrow, by=by_theirs).by_operator
    assert make_plan(Target.of(globex), starts_at=tomorrow, by=by_support).by_operator
    assert make_plan(Target.everything(), starts_at=tomorrow, by=by_support).by_operator


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, "What is to be off now is stopped now"), (400, "is more than 366 days ahead")],
)
def test_it_has_to_be_ahead_but_not_too_far(
    acme: Tenant, by_support: Actor, tomorrow: datetime, days: int, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        make_plan(Target.of(acme), starts_at=tomorrow + timedelta(days=days), by=by_support)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"expires_at": -HOURS}, "expires_at"),
        ({"expires_at": HOURS, "lasts": HOURS}, "expires_at"),
        ({"review_at": -HOURS}, "review_at"),
        ({"lasts": HOURS, "reason": Stop.Reason.LEGAL}, "expires_at"),
        ({"in_flight": InFlight.DRAIN}, "drain_seconds"),
        ({"message": "x" * 301}, "message"),
    ],
)
def test_what_no_stop_can_be_cannot_be_planned(
    acme: Tenant, by_support: Actor, tomorrow: datetime, given: dict[str, Any], field: str
) -> None:
    moments = {name: tomorrow + given[name] for name in given.keys() & {"expires_at", "review_at"}}
    with pytest.raises(Invalid) as refused:
        make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, **{**given, **moments})
    assert refused.value.field == field


def test_a_model_cannot_be_planned_to_be_read_only(operator: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    with pytest.raises(Invalid, match="cannot be read_only"):
        make_plan(Target.model("gpt-4o"), starts_at=tomorrow, by=by_support, mode=Mode.READ_ONLY)


def test_pressed_twice_it_is_planned_once(acme: Tenant, drafts: Feature, by_support: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    with pytest.raises(Conflict, match="planned a stop of Acme Robotics for that moment already"):
        make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    make_plan(Target.of(acme), starts_at=tomorrow + HOURS, by=by_support)
    make_plan(Target.of(acme, drafts), starts_at=tomorrow, by=by_support)
    assert Plan.objects.count() == 3


def test_cancelled_it_can_be_planned_anew(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    services.cancel(make_plan(Target.of(acme), starts_at=tomorrow, by=by_support), by=by_support)
    assert make_plan(Target.of(acme), starts_at=tomorrow, by=by_support).is_waiting


def test_the_console_itself_plans_nothing(acme: Tenant, tomorrow: datetime) -> None:
    with pytest.raises(NotAllowed):
        make_plan(Target.of(acme), starts_at=tomorrow, by=SYSTEM)


def _planned(acme: Tenant, **values: Any) -> Plan:
    told = {"scope": "tenant", "target": f"tenant:{acme.pk}", "label": acme.name, "mode": "refuse", "in_flight": "cut"}
    made = {"made_by_kind": "user", "made_by_id": "1", "made_by_label": "a", "by_operator": True, "origin": "api"}
    return Plan.objects.create(**{"tenant": acme, "reason": "looking", **told, **made, **values})


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"starts_at": -HOURS}, "plans_start_after_they_are_made"),
        ({"starts_at": HOURS, "expires_at": HOURS}, "plans_end_after_their_start"),
        ({"starts_at": HOURS, "review_at": HOURS}, "plans_are_reviewed_after_their_start"),
        ({"starts_at": HOURS, "scope": "feature"}, "plan_scope_fits_target"),
        ({"starts_at": HOURS, "state": "started"}, "plans_say_what_came_of_them"),
        ({"starts_at": HOURS, "expires_at": 2 * HOURS, "reason": "legal"}, "careful_plans_have_no_end"),
    ],
)
def test_the_database_refuses_what_cannot_be(acme: Tenant, values: dict[str, Any], constraint: str) -> None:
    now = datetime.now(UTC)
    moments = {name: now + value for name, value in values.items() if isinstance(value, timedelta)}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        # That it was made long ago is not believed.
        _planned(acme, **{"made_at": now - timedelta(days=9), **values, **moments})


@pytest.mark.parametrize("change", [{"starts_at": datetime(2027, 1, 1, tzinfo=UTC)}, {"made_by_id": "2"}, {"note": ""}])
def test_a_plan_keeps_its_terms(acme: Tenant, by_support: Actor, tomorrow: datetime, change: dict[str, Any]) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, note="Upgrade")
    with pytest.raises(IntegrityError, match="keeps its terms"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(**change)
