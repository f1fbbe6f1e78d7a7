"""A careful stop that cannot be adopted is no dead end: two people let its calls through."""

from datetime import datetime
from uuid import UUID

import pytest

from killswitch import services, snapshot
from killswitch.guard import ActiveStop
from killswitch.lookups import adoption_of, found
from killswitch.models import HeldRelease, Stop
from killswitch.scopes import Mode, provider_key, tenant_key
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import AuditEntry, Tenant, User
from tenants.refusals import Conflict
from tests.factories import actor_of
from tests.killswitch.test_held import held_by, stop_of

KEY = Actor(ActorKind.KEY, "a-key", "a key", is_over_all=True)
GONE = tenant_key(UUID(int=9))


@pytest.fixture
def by_admin(admin: User) -> Actor:
    return actor_of(admin)


@pytest.fixture
def stuck(operator: Tenant, now: datetime) -> ActiveStop:
    """Made of a tenant that is not there, as by a slip of the pen."""
    return held(stop_of(GONE, at=now, reason="safety"), now)


def held(stop: ActiveStop, at: datetime) -> ActiveStop:
    held_by(stop, "gateway-1", at=at)
    return stop


def release(stop: ActiveStop, *, by: Actor, at: datetime) -> HeldRelease | None:
    held = services.find_held(stop.id)
    return services.release(held, adoption_of(held, at=at), by=by, note="Nobody is stopped by it.", at=at)


def test_the_first_of_two_lets_nothing_through(stuck: ActiveStop, by_support: Actor, now: datetime) -> None:
    assert release(stuck, by=by_support, at=now) is None
    assert snapshot.read([stuck.id]).settled == frozenset()
    (told,) = found(at=now)
    assert told.held.review is not None
    assert (told.takes_two, told.held.review.reviewed_by) == (True, by_support.label)


def test_released_by_another_it_leaves_and_both_are_on_record(
    stuck: ActiveStop, by_support: Actor, by_admin: Actor, now: datetime
) -> None:
    release(stuck, by=by_support, at=now)
    made = release(stuck, by=by_admin, at=now)
    assert made is not None
    assert (made.released_by, snapshot.read([stuck.id]).settled) == (by_admin.label, {stuck.id})
    entries = AuditEntry.objects.of(Tenant.objects.operator()).order_by("seq").values_list("action", "actor_id")
    assert list(entries)[-2:] == [("stop.release_reviewed", by_support.id), ("stop.released", by_admin.id)]


def test_nobody_is_both_of_the_two(stuck: ActiveStop, by_support: Actor, now: datetime) -> None:
    release(stuck, by=by_support, at=now)
    with pytest.raises(services.NeedsAnother, match="another person has to release it as well"):
        release(stuck, by=by_support, at=now)
    assert services.held()


@pytest.mark.parametrize("actor", [KEY, SYSTEM])
def test_no_key_is_either_of_the_two(stuck: ActiveStop, by_support: Actor, now: datetime, actor: Actor) -> None:
    with pytest.raises(services.NeedsAnother, match="no key is either"):
        release(stuck, by=actor, at=now)
    release(stuck, by=by_support, at=now)
    with pytest.raises(services.NeedsAnother):
        release(stuck, by=actor, at=now)


def test_the_operator_as_a_whole_cannot_be_adopted_and_is_let_go(
    operator: Tenant, by_support: Actor, by_admin: Actor, now: datetime
) -> None:
    stop = held(stop_of(tenant_key(operator.pk), at=now, reason="legal"), now)
    release(stop, by=by_support, at=now)
    assert release(stop, by=by_admin, at=now)


def test_so_is_one_in_a_mode_that_its_target_does_not_have(
    operator: Tenant, by_support: Actor, by_admin: Actor, now: datetime
) -> None:
    stop = held(stop_of(provider_key("openai"), at=now, reason="privacy", mode=Mode.READ_ONLY), now)
    release(stop, by=by_support, at=now)
    assert release(stop, by=by_admin, at=now)


def test_whose_target_came_back_is_adopted_after_all(
    acme: Tenant, by_support: Actor, by_admin: Actor, now: datetime
) -> None:
    stop = held(stop_of(tenant_key(acme.pk), at=now, reason="safety"), now)
    lost = services.find_held(stop.id)
    services.release(lost, None, by=by_support, note="It is gone.", at=now)
    with pytest.raises(Conflict, match="adopt it"):
        release(stop, by=by_admin, at=now)


def test_for_another_reason_one_person_or_key_releases_it(operator: Tenant, now: datetime) -> None:
    stop = held(stop_of(GONE, at=now, reason="cost"), now)
    assert release(stop, by=KEY, at=now)
    assert not Stop.objects.exists()
