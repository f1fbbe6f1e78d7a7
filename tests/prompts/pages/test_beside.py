"""A release that waits where somebody goes back, ends what is served, or is faster than it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from evals.services import planning
from prompts import services
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import Role, Tenant, User
from tests.factories import actor_of, make_user
from tests.prompts.pages.asking import given, of, said, text
from tests.prompts.pages.factories import judge, make_version, prompt, release

BACK = of("rollback/?environment=production")
END = of("end/?environment=production")
NOW = datetime.now(UTC)
WHY = "The old one promises refunds."


@pytest.fixture
def ben(operator: Tenant) -> Actor:
    return actor_of(make_user("ben@operator.example", Role.ENGINEER, operator))


@pytest.fixture
def plan(live: PromptVersion, head: PromptVersion, ben: Actor) -> PlannedRelease:
    """v3, for tomorrow, with a green verdict against v2, which is live; v1 was before."""
    release(head)
    third = make_version("Third.")
    judge(third, head)
    return planned(third, ben)


def planned(version: PromptVersion, by: Actor, **values: object) -> PlannedRelease:
    due = NOW + timedelta(days=1)
    return planning.ask(version, environment="production", due_at=due, by=by, at=NOW, **values)  # type: ignore[arg-type]


def home(plan: PlannedRelease) -> str:
    return f"/planned-releases/{plan.pk}/"


def press(page: Client, address: str) -> str:
    shown = page.get(address)
    action = text(shown).partition('<form method="post" action="')[2].partition('"')[0].replace("&amp;", "&")
    return said(page.post(action, {"expected": given(shown, "expected")}, follow=True))


def test_who_goes_back_reads_that_a_planned_release_will_not_come(page: Client, plan: PlannedRelease) -> None:
    shown = page.get(BACK)
    assert "v3 is to go live" in said(shown)
    assert "asked by ben@operator.example: it will not, if you go back; ask anew then. Cancel the plan…" in said(shown)
    assert f'href="{home(plan)}#cancel"' in text(shown)
    done = press(page, BACK)
    assert "v3 was to go live" in done
    assert "asked by ben@operator.example: it will not any more; ask anew. Cancel the plan…" in done


def test_it_stands_where_what_is_served_only_ends(page: Client, plan: PlannedRelease) -> None:
    assert "asked by ben@operator.example: it still stands. Cancel the plan…" in said(page.get(END))
    assert "asked by ben@operator.example: it still stands. Cancel the plan…" in press(page, END)


def test_a_reason_given_in_view_of_what_ends_does_not_last(
    page: Client, live: PromptVersion, head: PromptVersion, ben: Actor
) -> None:
    planned(head, ben, override=WHY)
    assert "it will not, as its reason does not speak of that; ask anew then." in said(page.get(END))
    assert "it will not any more; ask anew." in press(page, END)


def test_going_back_at_one_tenant_leaves_everybodys(page: Client, plan: PlannedRelease, acme: Tenant) -> None:
    release(plan.version, tenant=acme)
    assert "it still stands. Cancel the plan…" in said(page.get(f"{BACK}&tenant=acme"))


def test_what_waits_for_a_second_person_is_told_so(page: Client, plan: PlannedRelease, ben: Actor) -> None:
    planning.cancel(plan, by=ben, at=NOW)
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=NOW)
    planning.ask(plan.version, environment="production", by=ben, at=NOW)
    asked = "v3 waits to be approved, asked by ben@operator.example: it will not go live, if you go back;"
    assert asked in said(page.get(BACK))


def test_the_plans_page_says_that_somebody_went_back(page: Client, plan: PlannedRelease) -> None:
    press(page, BACK)
    shown = said(page.get(home(plan)))
    assert "It will not go live. Since it was asked for, engineer@operator.example rolled support-answer back" in shown
    assert "It cannot be made as things are" not in shown
    assert "Cancel: v3 does not go live" in shown


def test_the_plans_page_says_that_it_is_live_by_hand(page: Client, plan: PlannedRelease, engineer: User) -> None:
    release(plan.version, by=actor_of(engineer))
    shown = said(page.get(home(plan)))
    assert "v3 is live already. You released it" in shown
    assert "Nothing is left to do but to cancel this." in shown
    assert "Not judged" not in shown
    assert "It cannot be made as things are" not in shown


def test_what_failed_waits_for_nothing_and_its_prompt_is_called_by_its_name(page: Client, plan: PlannedRelease) -> None:
    PlannedRelease.objects.update(state="failed", ended_at=NOW, fault="support-answer v3 may not go live yet.")
    shown = said(page.get(of()))
    assert "Did not go live All planned releases" in shown
    assert "Not released: support-answer v3 may not go live yet." in shown


def test_what_a_worker_made_of_a_plan_is_told_as_planned(page: Client, plan: PlannedRelease) -> None:
    assert planning.carry_out_due(at=NOW + timedelta(days=1, minutes=1)) == 1
    shown = page.get(of())
    assert f'<a href="{home(plan)}">planned</a>, asked by ben@operator.example · ' in text(shown)


def test_undoing_an_end_says_which_canary_stays_away(page: Client, plan: PlannedRelease, acme: Tenant) -> None:
    release(plan.version, percent=25)
    release(plan.version, percent=50, tenant=acme)
    done = press(page, END)
    assert "Undo: roll back to v2… It does not bring back the canaries that ended: v3 for 25% of people; " in done
    assert "v3 for 50% of Acme Robotics’s people." in done
    assert services.live(prompt(), "production") is None
