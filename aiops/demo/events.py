"""What people did in the two months: through the same services as the pages, at the time at which they did it."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from aiops.demo import quality
from aiops.demo.happening import Event, asked_of_all
from aiops.demo.lanes import lane_events
from aiops.demo.staff import Ensured
from aiops.demo.story import (
    FIRST_RELEASE,
    HARD_BUDGET,
    RELEASES,
    STOPS,
    PlayedHardBudget,
    PlayedRelease,
    PlayedStop,
)
from costs.budgets import declare_budget
from costs.models import Budget
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.models import Feature, Role, Tenant
from tenants.scope import ALL, scope


def events(staff: Ensured, until: datetime) -> list[Event]:
    """In the order of their times."""
    return sorted(_events(staff, until), key=lambda event: event.at)


def _events(staff: Ensured, until: datetime) -> Iterator[Event]:
    yield Event(FIRST_RELEASE.since(until), partial(_release_first, staff, until), asked_of_all(quality.was_released))
    for release in RELEASES:
        past = asked_of_all(partial(quality.has_happened, release, until))
        yield Event(release.since(until), partial(_release, release, staff, until), past)
    yield from lane_events(staff, until)
    limited = partial(_limit, HARD_BUDGET, staff, until)
    yield Event(HARD_BUDGET.since(until), limited, asked_of_all(partial(_is_limited, HARD_BUDGET)))
    for played in STOPS:
        yield Event(played.since(until), partial(_stop, played, staff, until), asked_of_all(partial(_of, played)))
        if played.minutes is not None:
            yield Event(
                played.until(until), partial(_lift, played, staff, until), asked_of_all(partial(_is_lifted, played))
            )


def _release_first(staff: Ensured, until: datetime) -> None:
    engineer, admin = staff.actor(Role.ENGINEER), staff.actor(Role.ADMIN)
    with scope(ALL):
        quality.release_first(engineer=engineer, admin=admin, until=until)


def _release(played: PlayedRelease, staff: Ensured, until: datetime) -> None:
    engineer, admin = staff.actor(Role.ENGINEER), staff.actor(Role.ADMIN)
    with scope(ALL):
        quality.release(played, engineer=engineer, admin=admin, until=until)


def _limit(played: PlayedHardBudget, staff: Ensured, until: datetime) -> None:
    manager = staff.actor(Role.MANAGER)
    with scope(ALL):
        declare_budget(
            Tenant.objects.get(slug=played.tenant),
            amount_usd=played.amount_usd,
            period=Budget.Period.DAY,
            kind=Budget.Kind.HARD,
            by=manager,
            at=played.since(until),
        )


def _is_limited(played: PlayedHardBudget) -> bool:
    return Budget.objects.hard().filter(tenant__slug=played.tenant).exists()


def _stop(played: PlayedStop, staff: Ensured, until: datetime) -> None:
    support = staff.actor(Role.SUPPORT)
    with scope(ALL):
        tenant = Tenant.objects.get(slug=played.tenant)
        feature = Feature.objects.get(slug=played.feature) if played.feature else None
        order = switches.Order(target=Target.of(tenant, feature), reason=Stop.Reason(played.reason), note=played.note)
        switches.stop(order, by=support, at=played.since(until))


def _lift(played: PlayedStop, staff: Ensured, until: datetime) -> None:
    support = staff.actor(Role.SUPPORT)
    with scope(ALL):
        for stop in _of(played):
            switches.lift(stop, by=support, note=played.lifted_note, at=played.until(until))


def _of(played: PlayedStop) -> list[Stop]:
    """As it was made, whatever became of it since."""
    return list(Stop.objects.filter(tenant__slug=played.tenant, feature__slug=played.feature).order_by("id")[:1])


def _is_lifted(played: PlayedStop) -> bool:
    return any(stop.state != Stop.State.ACTIVE for stop in _of(played))
