"""A review is of the stop as it is by then, not as it was when somebody opened it."""

from datetime import datetime, timedelta

import pytest

from killswitch import services
from killswitch.models import Stop
from tenants.actors import SYSTEM, Actor
from tenants.models import Role, Tenant, User
from tenants.principals import of_key
from tenants.refusals import NotAllowed
from tests.factories import actor_of, make_key, make_user
from tests.killswitch.factories import BY_GLASS, make_stop


def test_a_key_does_not_review_what_the_glass_made_careful_meanwhile(
    acme: Tenant, operator: Tenant, by_support: Actor, admin: User, now: datetime
) -> None:
    stale = make_stop(acme, by=by_support, at=now, review_at=now + timedelta(hours=1))
    make_stop(acme, by=BY_GLASS, at=now, reason=Stop.Reason.SAFETY, origin=Stop.Origin.BREAK_GLASS)
    with pytest.raises(NotAllowed, match="a person reviews it, no key"):
        services.review(stale, by=of_key(make_key(operator, role=Role.SUPPORT).key).actor, note="Fine.", at=now)
    colleague = actor_of(make_user("colleague@operator.example", Role.SUPPORT, operator))
    services.review(Stop.objects.get(), by=colleague, note="Fine.", at=now)
    assert services.lift(Stop.objects.get(), by=actor_of(admin), at=now).lifted


def test_nor_does_whoever_made_it_careful_meanwhile(acme: Tenant, admin: User, now: datetime) -> None:
    stale = make_stop(acme, by=SYSTEM, at=now, review_at=now + timedelta(hours=1))
    make_stop(acme, by=actor_of(admin), at=now, reason=Stop.Reason.SAFETY)
    with pytest.raises(NotAllowed, match="somebody else reviews it"):
        services.review(stale, by=actor_of(admin), note="Fine.", at=now)
