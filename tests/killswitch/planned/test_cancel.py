from datetime import datetime

import pytest

from killswitch import services
from killswitch.models import Plan, Stop
from killswitch.services.lifting import OperatorsStop
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant, User
from tenants.refusals import Conflict
from tests.factories import actor_of
from tests.killswitch.planned.factories import make_plan, start_due


def test_cancelled_nothing_is_stopped_at_its_moment(
    acme: Tenant, by_support: Actor, admin: User, tomorrow: datetime
) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    assert services.cancel(plan, by=actor_of(admin))
    assert start_due(tomorrow) == 0
    assert not Stop.objects.exists()
    plan.refresh_from_db()
    assert (plan.state, plan.cancelled_by_label) == ("cancelled", str(admin))
    assert plan.settled_at is not None


def test_it_has_its_audit_row(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    services.cancel(make_plan(Target.of(acme), starts_at=tomorrow, by=by_support), by=by_support)
    entry = AuditEntry.objects.filter(tenant=acme).latest("seq")
    assert (entry.action, entry.actor_label) == ("stop.plan_cancelled", by_support.label)


def test_one_for_a_careful_reason_may_be_cancelled_by_who_made_it(
    acme: Tenant, by_support: Actor, tomorrow: datetime
) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, reason=Stop.Reason.LEGAL)
    assert services.cancel(plan, by=by_support)


def test_cancelled_twice_it_is_cancelled_once(acme: Tenant, by_support: Actor, admin: User, tomorrow: datetime) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    services.cancel(plan, by=by_support)
    count = AuditEntry.objects.count()
    assert not services.cancel(plan, by=actor_of(admin))
    assert AuditEntry.objects.count() == count
    assert Plan.objects.get().cancelled_by_label == by_support.label


def test_what_has_started_is_not_cancelled(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    start_due(tomorrow)
    with pytest.raises(Conflict, match="is turned back on like any other stop"):
        services.cancel(plan, by=by_support)


def test_nor_what_could_not_start(acme: Tenant, support: User, by_support: Actor, tomorrow: datetime) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    support.is_active = False
    support.save()
    start_due(tomorrow)
    with pytest.raises(Conflict, match="could not start"):
        services.cancel(plan, by=by_support)


def test_the_operators_is_not_for_the_tenants_own_people(
    acme: Tenant, by_support: Actor, by_theirs: Actor, tomorrow: datetime
) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    with pytest.raises(OperatorsStop):
        services.cancel(plan, by=by_theirs)
    assert Plan.objects.get().is_waiting


def test_their_own_they_cancel(acme: Tenant, by_theirs: Actor, tomorrow: datetime) -> None:
    assert services.cancel(make_plan(Target.of(acme), starts_at=tomorrow, by=by_theirs), by=by_theirs)
