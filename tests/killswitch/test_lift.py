from datetime import datetime, timedelta

import pytest

from killswitch import scopes, services, snapshot
from killswitch.models import Stop
from tenants import revisions
from tenants.actors import Actor
from tenants.models import AuditEntry, Feature, Revision, Tenant, User
from tenants.refusals import Conflict, NotAllowed
from tests.factories import actor_of
from tests.killswitch.factories import keys_of, make_stop


def test_a_lifted_tenant_is_gone_from_the_next_snapshot(acme: Tenant, by_support: Actor, now: datetime) -> None:
    stop = make_stop(acme, by=by_support, at=now)
    result = services.lift(stop, by=by_support, at=now)
    assert (result.lifted, result.revision) == (True, snapshot.read().number)
    assert scopes.tenant_key(acme.pk) not in snapshot.read().by_target


def test_lifting_the_tenant_leaves_its_stopped_feature_off(
    acme: Tenant, answers: Feature, by_support: Actor, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now, feature=answers)
    services.lift(make_stop(acme, by=by_support, at=now), by=by_support, at=now)
    assert snapshot.read().as_stops().find(keys_of(acme, answers))


def test_it_is_audited(acme: Tenant, by_support: Actor, now: datetime) -> None:
    services.lift(make_stop(acme, by=by_support, at=now), by=by_support, note="fixed", at=now)
    assert AuditEntry.objects.of(acme).latest("seq").action == "stop.lifted"


def test_lifting_twice_changes_nothing_the_second_time(acme: Tenant, by_support: Actor, now: datetime) -> None:
    stop = make_stop(acme, by=by_support, at=now)
    stale = Stop.objects.get(pk=stop.pk)
    services.lift(stop, by=by_support, at=now)
    before = revisions.number(Revision.Name.STOPS)
    assert services.lift(stale, by=by_support, at=now).lifted is False
    # A revision that moves without a change would have every gateway take its subscription for deaf.
    assert revisions.number(Revision.Name.STOPS) == before


def test_a_stop_that_was_joined_meanwhile_is_looked_at_again(acme: Tenant, by_support: Actor, now: datetime) -> None:
    stale = make_stop(acme, by=by_support, at=now)
    make_stop(acme, by=by_support, at=now)
    with pytest.raises(Conflict, match="a moment ago"):
        services.lift(stale, by=by_support, at=now)


@pytest.mark.parametrize("reason", sorted(Stop.CAREFUL))
def test_a_careful_stop_needs_a_second_person(
    acme: Tenant, by_support: Actor, admin: User, now: datetime, reason: Stop.Reason
) -> None:
    stop = make_stop(acme, by=by_support, at=now, reason=reason)
    with pytest.raises(NotAllowed, match="second person"):
        services.lift(stop, by=by_support, at=now)
    assert services.lift(stop, by=actor_of(admin), at=now).lifted


def test_what_reached_its_end_is_lifted_and_nothing_else(
    acme: Tenant, globex: Tenant, by_support: Actor, now: datetime
) -> None:
    ending = make_stop(acme, by=by_support, at=now, expires_at=now + timedelta(hours=1))
    staying = make_stop(globex, by=by_support, at=now)
    assert services.lift_expired(at=now + timedelta(minutes=59)) == 0
    assert services.lift_expired(at=now + timedelta(hours=1)) == 1
    ending.refresh_from_db()
    staying.refresh_from_db()
    assert (ending.state, ending.events.latest("version").kind, staying.state) == ("lifted", "expired", "active")


def test_whoever_made_it_careful_cannot_lift_it_alone(
    acme: Tenant, by_support: Actor, admin: User, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now)
    joined = make_stop(acme, by=actor_of(admin), at=now, reason=Stop.Reason.SAFETY)
    with pytest.raises(NotAllowed, match="second person"):
        services.lift(joined, by=actor_of(admin), at=now)
    assert services.lift(joined, by=by_support, at=now).lifted


def test_one_that_cannot_be_lifted_does_not_hold_up_the_others(
    acme: Tenant, globex: Tenant, by_support: Actor, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    ends = now + timedelta(hours=1)
    broken = make_stop(acme, by=by_support, at=now, expires_at=ends)
    other = make_stop(globex, by=by_support, at=now, expires_at=ends)
    # The event of its end is there already, which only one may be.
    event = broken.events.get()
    event.pk, event.version = None, 2
    event.save(force_insert=True)
    assert services.lift_expired(at=ends) == 1
    other.refresh_from_db()
    assert (other.state, list(Stop.objects.active())) == ("lifted", [broken])
    assert "stop.not_expired" in caplog.text
