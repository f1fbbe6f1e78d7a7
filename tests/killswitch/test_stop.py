from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from killswitch import scopes, services, snapshot
from killswitch.models import Stop
from killswitch.targets import Target
from tenants import audit
from tenants.actors import Actor
from tenants.models import AuditEntry, Feature, Tenant
from tenants.refusals import Invalid
from tests.factories import make_feature, make_tenant
from tests.killswitch.factories import keys_of, make_stop, stop_at

Reason = Stop.Reason


def test_a_stopped_tenant_is_in_the_next_snapshot(acme: Tenant, by_support: Actor, now: datetime) -> None:
    result = services.stop(
        services.Order(target=Target.of(acme), reason=Reason.COST, blast_radius={"calls": 42}), by=by_support, at=now
    )
    found = snapshot.read()
    assert found.number == result.revision
    assert found.by_target[scopes.tenant_key(acme.pk)].reason == "cost"


def test_one_feature_of_it_alone_can_be_stopped(
    acme: Tenant, answers: Feature, drafts: Feature, by_support: Actor, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now, feature=answers)
    found = snapshot.read().as_stops()
    assert found.find(keys_of(acme, answers))
    assert not found.find(keys_of(acme, drafts))


def test_each_stop_moves_the_revision(acme: Tenant, globex: Tenant, by_support: Actor, now: datetime) -> None:
    first = make_stop(acme, by=by_support, at=now)
    second = make_stop(globex, by=by_support, at=now)
    assert second.revision == first.revision + 1


def test_who_why_and_what_it_hit_are_on_record(acme: Tenant, by_support: Actor, now: datetime) -> None:
    stop = make_stop(acme, by=by_support, at=now, note="bill doubled", blast_radius={"calls_per_minute": 42})
    event = stop.events.get()
    assert (event.actor_label, event.note, event.blast_radius) == (
        by_support.label,
        "bill doubled",
        {"calls_per_minute": 42},
    )
    entry = AuditEntry.objects.of(acme).get(seq=event.audit_seq)
    assert (entry.action, entry.actor_id) == ("stop.made", by_support.id)
    assert audit.verify(acme.pk).holds


def test_a_second_stop_of_the_same_target_joins_the_first(acme: Tenant, by_support: Actor, now: datetime) -> None:
    first = make_stop(acme, by=by_support, at=now, expires_at=now + timedelta(hours=1))
    result = services.stop(services.Order(target=Target.of(acme), reason=Reason.ANSWERS), by=by_support, at=now)
    assert (result.joined, result.stop.pk, result.stop.expires_at) == (True, first.pk, None)
    assert [event.kind for event in first.events.order_by("version")] == ["made", "joined"]


def test_joining_for_privacy_makes_it_careful(acme: Tenant, by_support: Actor, now: datetime) -> None:
    make_stop(acme, by=by_support, at=now, expires_at=now + timedelta(hours=1))
    joined = services.stop(services.Order(target=Target.of(acme), reason=Reason.PRIVACY), by=by_support, at=now).stop
    assert (joined.is_careful, joined.expires_at) == (True, None)


def test_the_operators_own_tenant_is_stopped_by_feature_only(
    operator: Tenant, answers: Feature, by_support: Actor, now: datetime
) -> None:
    with pytest.raises(Invalid, match="name one of its features"):
        make_stop(operator, by=by_support, at=now)
    stopped = services.stop(
        services.Order(target=Target.of(operator, answers), reason=Reason.COST), by=by_support, at=now
    )
    assert stopped.stop.feature == answers


def test_an_end_in_the_past_is_refused(acme: Tenant, by_support: Actor, now: datetime) -> None:
    with pytest.raises(Invalid, match="not in the future"):
        make_stop(acme, by=by_support, at=now, expires_at=now - timedelta(minutes=1))


@pytest.mark.parametrize("reason", sorted(Stop.CAREFUL))
def test_a_careful_stop_has_no_end(acme: Tenant, by_support: Actor, now: datetime, reason: Reason) -> None:
    with pytest.raises(Invalid, match="second person"):
        make_stop(acme, by=by_support, at=now, reason=reason, expires_at=now + timedelta(hours=1))


def test_the_database_refuses_two_active_stops_of_one_target(acme: Tenant, by_support: Actor, now: datetime) -> None:
    stop = make_stop(acme, by=by_support, at=now)
    with pytest.raises(IntegrityError, match="one_active_stop_per_target"), transaction.atomic():
        Stop.objects.create(
            scope=stop.scope, tenant=acme, target=stop.target, reason="looking", message="", made_at=now
        )


def test_the_database_refuses_a_change_without_its_event(acme: Tenant, by_support: Actor, now: datetime) -> None:
    stop = make_stop(acme, by=by_support, at=now)
    with pytest.raises(IntegrityError, match="only together with its event"), transaction.atomic():
        _change_unseen(stop, now)


def test_the_longest_names_do_not_stop_a_stop(operator: Tenant, by_support: Actor, now: datetime) -> None:
    tenant, feature = make_tenant("long", name="t" * 200), make_feature("long", name="f" * 200)
    assert make_stop(tenant, by=by_support, at=now, feature=feature).revision


def _change_unseen(stop: Stop, at: datetime) -> None:
    Stop.objects.filter(pk=stop.pk).update(state="lifted", lifted_at=at)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_who_stops_everyone_cannot_put_off_its_review(operator: Tenant, by_support: Actor, now: datetime) -> None:
    far = now + timedelta(days=365)
    stop = stop_at(Target.everything(), by=by_support, at=now, review_at=far)
    assert stop.review_at == now + timedelta(hours=24)


def test_a_review_in_the_past_is_refused(acme: Tenant, by_support: Actor, now: datetime) -> None:
    with pytest.raises(Invalid, match="not in the future"):
        make_stop(acme, by=by_support, at=now, review_at=now - timedelta(minutes=1))
