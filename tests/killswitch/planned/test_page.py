"""Planning on the confirm step, and what the pages show of it."""

from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from killswitch.models import Plan, Stop
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Feature, Tenant, User
from tenants.principals import of_user
from tenants.scope import ALL, scope
from tests.factories import actor_of
from tests.killswitch.planned.factories import make_plan, start_due
from tests.killswitch.switches.asking import FOUND, INVALID, in_force, order, text

PLAN, HOME = "/switches/acme/plan/", "/switches/acme/"


@pytest.fixture
def page(client: Client, support: User) -> Client:
    client.force_login(support)
    return client


def field(at: datetime) -> str:
    """As the browser sends it."""
    return f"{at:%Y-%m-%dT%H:%M}"


def plans() -> list[Plan]:
    with scope(ALL):
        return list(Plan.objects.order_by("id"))


@pytest.fixture
def noon(tomorrow: datetime) -> datetime:
    return tomorrow.replace(hour=12, minute=0, second=0)


def asked(tenant: Tenant, at: datetime, **values: Any) -> dict[str, Any]:
    return order(tenant, **{"reason": "maintenance", "starts_at": field(at), **values})


def test_the_confirm_step_leads_to_it_with_the_features_that_were_chosen(
    page: Client, acme: Tenant, drafts: Feature
) -> None:
    assert 'Not now? <a href="/switches/acme/plan/" data-sheet>' in text(page.get("/switches/acme/off/"))
    chosen = text(page.get("/switches/acme/off/?feature=drafts"))
    assert 'Not now? <a href="/switches/acme/plan/?feature=drafts" data-sheet>' in chosen


def test_it_is_planned_and_shown_on_the_tenants_page_and_the_list(page: Client, acme: Tenant, noon: datetime) -> None:
    answer = page.post(PLAN, asked(acme, noon, ends_at=field(noon + timedelta(hours=2)), note="Upgrade"))
    assert (answer.status_code, answer.headers["Location"]) == (FOUND, HOME)
    (plan,) = plans()
    assert (plan.starts_at, plan.expires_at, plan.origin) == (noon, noon + timedelta(hours=2), "console")
    assert in_force(acme) == []
    said = f'Off from <time class="num" datetime="{noon.isoformat(timespec="milliseconds")}"'
    assert said in text(page.get(HOME))
    assert "“Upgrade”" in text(page.get(HOME))
    assert said in text(page.get("/switches/"))


def test_an_end_of_the_usual_counts_from_its_start(page: Client, acme: Tenant, noon: datetime) -> None:
    page.post(PLAN, asked(acme, noon, until="4h"))
    assert plans()[0].expires_at == noon + timedelta(hours=4)


def test_single_features_are_planned(page: Client, acme: Tenant, drafts: Feature, noon: datetime) -> None:
    page.post(PLAN, asked(acme, noon, feature="drafts", only_features="1"))
    assert [plan.what for plan in plans()] == ["Draft replies of Acme Robotics"]
    assert "Draft replies of Acme Robotics</a>" in text(page.get(HOME))


def test_sent_twice_it_is_planned_once(page: Client, acme: Tenant, noon: datetime) -> None:
    assert [page.post(PLAN, asked(acme, noon)).status_code for _ in range(2)] == [FOUND, FOUND]
    assert len(plans()) == 1


def test_planned_by_somebody_else_for_that_moment_is_said(
    page: Client, acme: Tenant, admin: User, noon: datetime
) -> None:
    make_plan(Target.of(acme), starts_at=noon, by=actor_of(admin))
    answer = page.post(PLAN, asked(acme, noon))
    assert answer.status_code == INVALID
    assert f"{admin} planned a stop of Acme Robotics for that moment already." in text(answer)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"starts_at": ""}, "Say when it has to be turned off."),
        ({"starts_at": "soon"}, "Give the time as day and hour, in UTC."),
        ({"starts_at": "2020-01-01T02:00"}, "2020-01-01 02:00 UTC is not in the future."),
        ({"ends_at": "2020-01-01T02:00"}, "It has to end after it begins."),
        ({"ends_at": "2098-01-01T02:00", "until": "1h"}, "Choose one end"),
        ({"ends_at": "2098-01-01T02:00", "reason": "legal"}, "until a second person turns it back on"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    page: Client, acme: Tenant, noon: datetime, given: dict[str, str], said: str
) -> None:
    answer = page.post(PLAN, asked(acme, noon, note="Upgrade", **given))
    assert answer.status_code == INVALID
    shown = text(answer)
    assert "Not planned yet." in shown
    assert said in shown
    assert "Upgrade</textarea>" in shown
    assert plans() == []


def test_a_link_with_a_time_opens_the_step_that_plans(page: Client, acme: Tenant) -> None:
    answer = page.get("/switches/acme/off/?at=2098-11-28T02:00Z&to=2098-11-28T04:00Z&reason=maintenance", follow=True)
    shown = text(answer)
    assert 'value="2098-11-28T02:00"' in shown
    assert 'value="2098-11-28T04:00"' in shown
    assert 'value="maintenance" checked' in shown
    assert "Turn off Acme Robotics</button>" not in shown
    assert "The link asked for “soon”, which is no time." in text(page.get(f"{PLAN}?at=soon"))


def test_everyone_is_planned_with_the_box_ticked(page: Client, acme: Tenant, noon: datetime) -> None:
    sent = {"reason": "maintenance", "starts_at": field(noon), "submission": str(uuid4()), "expected": 0}
    assert page.post("/switches/~everyone/plan/", sent).status_code == INVALID
    assert page.post("/switches/~everyone/plan/", {**sent, "everyone": "1"}).status_code == FOUND
    assert plans()[0].scope == "global"


def test_the_list_shows_the_first_and_folds_the_others(
    page: Client, acme: Tenant, by_support: Actor, noon: datetime
) -> None:
    assert [make_plan(Target.of(acme), starts_at=noon + timedelta(hours=hour), by=by_support) for hour in range(7)]
    shown = text(page.get("/switches/"))
    assert '<a class="sm" href="#planned">7 planned</a>' in shown
    assert "<summary>2 more</summary>" in shown
    assert "planned</a>" not in text(page.get("/switches/?q=acme"))


def test_one_whose_moment_has_come_and_that_nobody_starts_is_shown_in_red(
    page: Client, acme: Tenant, by_support: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plan(Target.of(acme), starts_at=datetime.now(UTC) + timedelta(seconds=1), by=by_support)
    monkeypatch.setattr("killswitch.models.plan.PUNCTUAL", timedelta())
    sleep(1.2)
    assert "its time has come, and no worker has done it" in text(page.get(HOME))
    assert "Planned, and not turned off" in text(page.get("/switches/"))


def test_it_is_cancelled_there(page: Client, acme: Tenant, by_support: Actor, noon: datetime) -> None:
    plan = make_plan(Target.of(acme), starts_at=noon, by=by_support)
    address = f"/switches/~planned/{plan.pk}/cancel/"
    assert f'action="{address}"' in text(page.get(HOME))
    answer = page.post(address, follow=True)
    assert f"Cancelled: Acme Robotics is not turned off at {noon:%-d %b %H:%M} UTC." in text(answer)
    assert "Planned</h2>" not in text(page.get(HOME))


def test_one_that_could_not_start_is_shown_with_why(page: Client, acme: Tenant, admin: User, noon: datetime) -> None:
    make_plan(Target.of(acme), starts_at=datetime.now(UTC) + timedelta(hours=1), by=actor_of(admin))
    admin.is_active = False
    admin.save()
    start_due(datetime.now(UTC) + timedelta(hours=2))
    shown = text(page.get("/switches/"))
    assert "Not turned off at" in shown
    assert "The account of whoever planned it is deactivated, so nothing was stopped." in shown


def test_started_its_change_says_that_it_was_planned(
    page: Client, acme: Tenant, by_support: Actor, noon: datetime
) -> None:
    make_plan(Target.of(acme), starts_at=noon, by=by_support)
    start_due(noon)
    assert Stop.objects.get().state == "active"
    assert "Maintenance · as planned" in text(page.get(HOME))


def test_a_tenants_own_people_see_the_operators_without_who_why_or_a_button(
    client: Client, acme: Tenant, theirs: User, support: User, noon: datetime
) -> None:
    plan = make_plan(Target.of(acme), starts_at=noon, by=of_user(support).actor, note="court order")
    client.force_login(theirs)
    shown = text(client.get(HOME))
    assert "Off from" in shown
    assert "the operator" in shown
    assert "court order" not in shown
    assert str(support) not in shown
    assert str(plan.pk) + "/cancel/" not in shown
    assert client.post(f"/switches/~planned/{plan.pk}/cancel/").status_code == 403


def test_a_viewer_plans_nothing(client: Client, acme: Tenant, viewer: User, noon: datetime) -> None:
    client.force_login(viewer)
    assert client.post(PLAN, asked(acme, noon)).status_code == 403
    assert plans() == []
