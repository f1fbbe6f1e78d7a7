"""Planned stops whose moment has come."""

from datetime import datetime, timedelta

import pytest

from killswitch import services
from killswitch.models import Plan, Stop
from killswitch.scopes import InFlight, Mode
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import AuditEntry, Membership, Role, Tenant, User
from tenants.principals import of_key, of_user
from tests.factories import actor_of, make_key
from tests.killswitch.factories import make_stop
from tests.killswitch.planned.factories import make_plan, start_due

HOURS = timedelta(hours=2)
SECOND = timedelta(seconds=1)


def test_before_its_moment_nothing_is_stopped(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    assert start_due(tomorrow - SECOND) == 0
    assert not Stop.objects.exists()


def test_at_its_moment_it_is_a_stop_by_whoever_planned_it(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    plan = make_plan(
        Target.of(acme),
        starts_at=tomorrow,
        by=by_support,
        note="Upgrade",
        message="Back at four.",
        mode=Mode.HANDOFF,
        in_flight=InFlight.DRAIN,
        drain_seconds=30,
        lasts=HOURS,
    )
    assert start_due(tomorrow + SECOND) == 1
    stop = Stop.objects.get()
    assert (stop.target, stop.reason, stop.note, stop.message) == (
        plan.target,
        "maintenance",
        "Upgrade",
        "Back at four.",
    )
    assert (stop.mode, stop.in_flight, stop.drain_seconds) == ("handoff", "drain", 30)
    assert (stop.made_by_id, stop.made_by_label) == (by_support.id, by_support.label)
    assert (stop.made_at, stop.expires_at) == (tomorrow + SECOND, tomorrow + HOURS)
    plan.refresh_from_db()
    assert (plan.state, plan.stop, plan.settled_at) == ("started", stop, tomorrow + SECOND)


def test_it_has_the_event_and_audit_row_of_any_stop_and_says_that_it_was_planned(
    acme: Tenant, by_support: Actor, tomorrow: datetime
) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    start_due(tomorrow + SECOND)
    event = Stop.objects.get().events.get()
    assert (event.kind, event.actor_label) == ("made", by_support.label)
    assert event.evidence == {"plan": str(plan.pk), "planned_for": tomorrow.isoformat(), "late_seconds": 1.0}
    entry = AuditEntry.objects.filter(tenant=acme).latest("seq")
    assert (entry.action, entry.seq) == ("stop.made", event.audit_seq)


def test_started_once_it_is_not_started_again(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    start_due(tomorrow)
    services.lift(Stop.objects.get(), by=by_support, at=tomorrow + SECOND)
    assert start_due(tomorrow + 2 * SECOND) == 0
    assert not Stop.objects.active().exists()


def test_it_ends_at_its_end(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, lasts=HOURS)
    start_due(tomorrow + SECOND)
    assert services.lift_expired(at=tomorrow + HOURS) == 1


def test_what_is_stopped_already_it_joins(acme: Tenant, by_support: Actor, admin: User, tomorrow: datetime) -> None:
    first = make_stop(acme, by=actor_of(admin), at=tomorrow - HOURS, expires_at=tomorrow + SECOND)
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, lasts=HOURS, reason=Stop.Reason.COST)
    start_due(tomorrow)
    plan.refresh_from_db()
    assert (plan.state, plan.stop) == ("started", first)
    first.refresh_from_db()
    assert (first.made_by_label, first.expires_at) == (str(admin), tomorrow + HOURS)
    assert first.events.latest("version").kind == "joined"


def test_started_late_it_says_so(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, lasts=HOURS, note="Upgrade")
    start_due(tomorrow + timedelta(minutes=7))
    stop = Stop.objects.get()
    assert stop.note.startswith("Upgrade (Planned for ")
    assert stop.note.endswith("started 7 min late: no worker was there to do it.)")
    assert stop.expires_at == tomorrow + HOURS


def test_with_its_end_past_it_does_not_start_and_says_so(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, lasts=HOURS)
    assert start_due(tomorrow + HOURS) == 0
    plan = Plan.objects.get()
    assert (plan.state, plan.stop, plan.settled_at) == ("not_started", None, tomorrow + HOURS)
    assert plan.why_not == "No worker was running in all of its time, so nothing was stopped."
    assert not Stop.objects.exists()


def test_whoever_was_deactivated_stops_nothing_any_more(
    acme: Tenant, support: User, by_support: Actor, tomorrow: datetime
) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    support.is_active = False
    support.save()
    assert start_due(tomorrow) == 0
    assert "is deactivated" in Plan.objects.get().why_not
    assert not Stop.objects.exists()
    entry = AuditEntry.objects.filter(tenant=acme).latest("seq")
    assert (entry.action, entry.actor_kind) == ("stop.not_started", "system")


def test_nor_whoever_has_lost_the_permission(
    acme: Tenant, support: User, by_support: Actor, tomorrow: datetime
) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    Membership.objects.filter(user=support).update(role=Role.MANAGER)
    assert start_due(tomorrow) == 0
    assert "may not turn this off any more" in Plan.objects.get().why_not


def test_who_planned_it_for_everyone_has_to_be_allowed_to_then(
    operator: Tenant, admin: User, tomorrow: datetime
) -> None:
    make_plan(Target.everything(), starts_at=tomorrow, by=actor_of(admin))
    Membership.objects.filter(user=admin).update(role=Role.MANAGER)
    assert start_due(tomorrow) == 0
    assert not Stop.objects.exists()


def test_a_key_starts_what_it_planned_while_it_lives(operator: Tenant, acme: Tenant, tomorrow: datetime) -> None:
    key = make_key(operator, role=Role.SUPPORT).key
    make_plan(Target.of(acme), starts_at=tomorrow, by=of_key(key).actor)
    make_plan(Target.of(acme), starts_at=tomorrow + HOURS, by=of_key(key).actor)
    assert start_due(tomorrow) == 1
    key.revoked_at = tomorrow
    key.save()
    assert start_due(tomorrow + HOURS) == 0
    assert "is revoked or has expired" in Plan.objects.latest("id").why_not


def test_a_tenants_own_plan_makes_a_stop_of_their_own(acme: Tenant, by_theirs: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_theirs)
    start_due(tomorrow)
    assert not Stop.objects.get().by_operator


def test_what_the_operator_planned_stays_the_operators(
    acme: Tenant, operator: Tenant, support: User, tomorrow: datetime
) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=of_user(support).actor)
    Membership.objects.filter(user=support).update(tenant=acme, role=Role.TENANT_ADMIN)
    assert start_due(tomorrow) == 1
    assert Stop.objects.get().by_operator


def test_one_that_fails_keeps_no_other_from_starting(
    acme: Tenant, globex: Tenant, by_support: Actor, tomorrow: datetime
) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    make_plan(Target.of(globex), starts_at=tomorrow + SECOND, by=by_support)

    def blast(target: Target, *, at: datetime) -> dict[str, object]:
        return {"of": {f"tenant:{globex.pk}": target.label}[target.key]}

    assert services.start_due(blast, at=tomorrow + SECOND) == 1
    assert Stop.objects.get().tenant == globex
    assert Plan.objects.waiting().get().tenant == acme


def test_a_careful_one_takes_a_second_person_to_lift(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, reason=Stop.Reason.LEGAL)
    start_due(tomorrow)
    with pytest.raises(services.NeedsAnother):
        services.lift(Stop.objects.get(), by=by_support, at=tomorrow + SECOND)
