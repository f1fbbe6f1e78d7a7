"""Who broke the glass is a name of a machine: two people of the console turn a careful stop back on."""

from datetime import datetime, timedelta

import pytest

from killswitch import services
from killswitch.models import Stop
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import Tenant, User
from tenants.refusals import NotAllowed
from tests.factories import actor_of
from tests.killswitch.factories import make_stop

GLASS = Actor(ActorKind.SYSTEM, "break-glass:support@host", "break-glass: support@host", is_over_all=True)
KEY = Actor(ActorKind.KEY, "a-key", "a key", is_over_all=True)


@pytest.fixture
def by_admin(admin: User) -> Actor:
    return actor_of(admin)


def broken(acme: Tenant, at: datetime, reason: str = "safety") -> Stop:
    return make_stop(acme, by=GLASS, at=at, reason=Stop.Reason(reason), origin=Stop.Origin.BREAK_GLASS)


def review(stop: Stop, *, by: Actor, at: datetime) -> None:
    services.review(stop, by=by, note="I looked.", again_at=at + timedelta(days=1), at=at)


def test_nobody_lifts_it_alone_whoever_reviews_it(acme: Tenant, by_support: Actor, now: datetime) -> None:
    stop = broken(acme, now)
    with pytest.raises(services.NeedsAnother, match="one person has to review it, and another to turn it back on"):
        services.lift(stop, by=by_support, at=now)
    review(stop, by=by_support, at=now)
    with pytest.raises(services.NeedsAnother):
        services.lift(stop, by=by_support, at=now)


def test_one_reviews_it_and_another_lifts_it(acme: Tenant, by_support: Actor, by_admin: Actor, now: datetime) -> None:
    stop = broken(acme, now)
    review(stop, by=by_support, at=now)
    assert services.lift(stop, by=by_admin, at=now).lifted


def test_a_key_is_neither_of_the_two(acme: Tenant, by_support: Actor, now: datetime) -> None:
    stop = broken(acme, now)
    with pytest.raises(NotAllowed, match="a person reviews it"):
        review(stop, by=KEY, at=now)
    review(stop, by=by_support, at=now)
    for actor in (KEY, SYSTEM):
        with pytest.raises(services.NeedsAnother, match="no key can"):
            services.lift(stop, by=actor, at=now)


def test_broken_once_more_it_is_reviewed_once_more(
    acme: Tenant, by_support: Actor, by_admin: Actor, now: datetime
) -> None:
    review(broken(acme, now), by=by_support, at=now)
    stop = broken(acme, now)
    with pytest.raises(services.NeedsAnother):
        services.lift(stop, by=by_admin, at=now)


def test_broken_over_a_colleagues_stop_it_takes_two(
    acme: Tenant, by_support: Actor, by_admin: Actor, now: datetime
) -> None:
    make_stop(acme, by=by_admin, at=now)
    stop = broken(acme, now)
    with pytest.raises(services.NeedsAnother):
        services.lift(stop, by=by_support, at=now)


def test_for_another_reason_anybody_lifts_it(acme: Tenant, by_support: Actor, now: datetime) -> None:
    assert services.lift(broken(acme, now, "cost"), by=by_support, at=now).lifted
