"""One person with keys of theirs is one person still: neither lifts nor reviews what is careful and their own."""

from datetime import datetime

import pytest

from killswitch import services
from killswitch.models import Stop
from killswitch.services import NeedsAnother
from killswitch.targets import Target
from tenants.actors import SYSTEM, Actor
from tenants.models import Role, Tenant, User
from tenants.principals import of_key
from tenants.refusals import NotAllowed
from tests.factories import actor_of, make_key, make_user
from tests.killswitch.factories import make_stop, stop_at


def key_of(tenant: Tenant, by: Actor, role: Role = Role.SUPPORT) -> Actor:
    return of_key(make_key(tenant, role=role, by=by).key).actor


@pytest.fixture
def by_admin(admin: User) -> Actor:
    return actor_of(admin)


def check_refused(stop: Stop, by: Actor, at: datetime) -> None:
    with pytest.raises(NeedsAnother, match="a second person has to turn it back on"):
        services.lift(stop, by=by, at=at)
    with pytest.raises(NotAllowed, match="somebody else reviews it"):
        services.review(stop, by=by, note="Fine.", at=at)


@pytest.mark.parametrize("reason", sorted(Stop.CAREFUL))
def test_what_one_turned_off_in_person_one_does_not_lift_with_a_key(
    acme: Tenant, operator: Tenant, by_admin: Actor, now: datetime, reason: Stop.Reason
) -> None:
    stop = make_stop(acme, by=by_admin, at=now, reason=reason)
    key = key_of(operator, by_admin)
    check_refused(stop, key, now)
    check_refused(stop, key_of(operator, key), now)


def test_what_one_turned_off_with_a_key_one_does_not_lift_in_person_nor_with_another(
    acme: Tenant, operator: Tenant, by_admin: Actor, now: datetime
) -> None:
    stop = make_stop(acme, by=key_of(operator, by_admin), at=now, reason=Stop.Reason.SAFETY)
    check_refused(stop, by_admin, now)
    check_refused(stop, key_of(operator, by_admin), now)


def test_the_same_holds_for_a_tenants_own_people(acme: Tenant, now: datetime) -> None:
    ann, ben = (actor_of(make_user(f"{name}@acme.example", Role.TENANT_ADMIN, acme)) for name in ("ann", "ben"))
    stop = make_stop(acme, by=ann, at=now, reason=Stop.Reason.PRIVACY)
    check_refused(stop, key_of(acme, ann, Role.TENANT_ADMIN), now)
    assert services.lift(stop, by=key_of(acme, ben, Role.TENANT_ADMIN), at=now).lifted


def test_whoever_made_it_careful_is_known_by_their_key_too(
    acme: Tenant, operator: Tenant, by_support: Actor, by_admin: Actor, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now)
    stop = make_stop(acme, by=key_of(operator, by_admin), at=now, reason=Stop.Reason.LEGAL)
    check_refused(stop, by_admin, now)
    assert services.lift(stop, by=key_of(operator, by_support), at=now).lifted


def test_somebody_elses_key_is_another_person(
    acme: Tenant, operator: Tenant, by_support: Actor, by_admin: Actor, now: datetime
) -> None:
    stop = make_stop(acme, by=by_support, at=now, reason=Stop.Reason.SAFETY)
    key = key_of(operator, by_admin)
    services.review(stop, by=key, note="Stays.", at=now)
    assert services.lift(stop, by=key, at=now).lifted


def test_a_key_that_the_console_made_may_be_anybodys(
    acme: Tenant, operator: Tenant, by_support: Actor, now: datetime
) -> None:
    stop = make_stop(acme, by=by_support, at=now, reason=Stop.Reason.SAFETY)
    check_refused(stop, key_of(operator, SYSTEM), now)
    check_refused(stop, SYSTEM, now)


def test_what_such_a_key_stopped_any_person_lifts(
    acme: Tenant, operator: Tenant, by_support: Actor, now: datetime
) -> None:
    stop = make_stop(acme, by=key_of(operator, SYSTEM), at=now, reason=Stop.Reason.SAFETY)
    check_refused(stop, key_of(operator, SYSTEM), now)
    services.review(stop, by=by_support, note="Fine.", at=now)
    assert services.lift(stop, by=by_support, at=now).lifted


def test_what_is_not_careful_one_lifts_and_does_not_review(operator: Tenant, by_admin: Actor, now: datetime) -> None:
    stop = stop_at(Target.everything(), by=by_admin, at=now, reason=Stop.Reason.COST)
    with pytest.raises(NotAllowed, match="somebody else reviews it, in person or with a key that they made"):
        services.review(stop, by=key_of(operator, by_admin), note="Fine.", at=now)
    services.review(stop, by=key_of(operator, SYSTEM), note="Fine.", at=now)
    assert services.lift(stop, by=key_of(operator, by_admin), at=now).lifted
