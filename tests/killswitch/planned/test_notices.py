"""Who hears that a stop is planned, cancelled, or could not start."""

from datetime import UTC, datetime, timedelta

import pytest

from killswitch import services
from killswitch.models import Notice
from killswitch.notices import slack
from killswitch.notices.wording import tell
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Tenant, User
from tenants.principals import of_user
from tests.factories import actor_of
from tests.killswitch.notices.factories import make_channel
from tests.killswitch.planned.factories import make_plan, start_due

HOOK = "https://hooks.example/abc"


def told() -> list[tuple[str, str]]:
    """To whom, what; oldest first."""
    found = Notice.objects.order_by("id").select_related("tenant")
    return [(each.tenant.slug, tell(each.kind, each.facts).title) for each in found]


def lines(kind: str) -> str:
    notice = Notice.objects.filter(kind=kind).latest("id")
    return "\n".join(tell(kind, notice.facts).lines)


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %b %H:%M} UTC"


@pytest.fixture
def channels(operator: Tenant, acme: Tenant, now: datetime) -> None:
    make_channel(operator, HOOK, at=now)
    make_channel(acme, HOOK, at=now)


@pytest.mark.usefixtures("channels")
def test_that_it_is_planned_is_told_to_the_operator_and_whose_it_is(
    acme: Tenant, by_support: Actor, tomorrow: datetime
) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support, lasts=timedelta(hours=2))
    said = f"Planned: AI goes off for Acme Robotics at {stamp(tomorrow)} (maintenance)"
    assert sorted(told()) == [("_operator", said), ("acme", said)]
    assert f"Comes back on at {stamp(tomorrow + timedelta(hours=2))}." in lines("planned")


@pytest.mark.usefixtures("channels")
def test_what_is_over_everybody_is_not_told_to_a_tenant(
    operator: Tenant, by_support: Actor, tomorrow: datetime
) -> None:
    make_plan(Target.model("gpt-4o"), starts_at=tomorrow, by=by_support)
    assert told() == [("_operator", f"Planned: gpt-4o goes off at {stamp(tomorrow)} (maintenance)")]


@pytest.mark.usefixtures("channels")
def test_a_tenants_channel_is_told_neither_who_of_the_operator_nor_the_note(
    acme: Tenant, support: User, tomorrow: datetime
) -> None:
    plan = make_plan(Target.of(acme), starts_at=tomorrow, by=of_user(support).actor, note="court order")
    services.cancel(plan, by=of_user(support).actor)
    facts = str(list(Notice.objects.filter(tenant=acme).values_list("facts", flat=True)))
    assert "court order" not in facts
    assert str(support) not in facts
    assert "court order" in str(list(Notice.objects.exclude(tenant=acme).values_list("facts", flat=True)))


@pytest.mark.usefixtures("channels")
def test_that_it_is_cancelled_is_told_with_by_whom(
    acme: Tenant, by_support: Actor, admin: User, tomorrow: datetime
) -> None:
    services.cancel(make_plan(Target.of(acme), starts_at=tomorrow, by=by_support), by=actor_of(admin))
    assert told()[-1][1] == f"Cancelled: the stop of Acme Robotics that was planned for {stamp(tomorrow)}"
    assert Notice.objects.filter(kind="cancelled").count() == 2


@pytest.mark.usefixtures("channels")
def test_that_it_started_is_told_like_any_stop(acme: Tenant, by_support: Actor, tomorrow: datetime) -> None:
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    start_due(tomorrow)
    assert told()[-1][1] == "AI is off for Acme Robotics (maintenance)"
    assert f"As planned for {stamp(tomorrow)}." in lines("changed")


def test_who_hears_of_trouble_only_hears_that_it_could_not_start(
    operator: Tenant, acme: Tenant, support: User, by_support: Actor, tomorrow: datetime, now: datetime
) -> None:
    make_channel(operator, HOOK, at=now, news="trouble")
    make_plan(Target.of(acme), starts_at=tomorrow, by=by_support)
    support.is_active = False
    support.save()
    start_due(tomorrow)
    start_due(tomorrow + timedelta(seconds=2))
    said = f"Not stopped: Acme Robotics, though it was planned for {stamp(tomorrow)}"
    assert told() == [("_operator", said)]
    assert "The account of whoever planned it is deactivated, so nothing was stopped." in lines("not_started")
    notice = Notice.objects.get()
    body = slack.body(notice.kind, notice.facts, tell(notice.kind, notice.facts))
    assert body["metadata"]["event_type"] == "aiops_stop_not_started"
