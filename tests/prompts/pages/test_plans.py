import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from evals.services import planning
from prompts import services
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import Process, Role, Tenant, User
from tests.factories import actor_of, make_user
from tests.prompts.factories import AT
from tests.prompts.pages.asking import HOSTILE, given, is_safe, of, said, text
from tests.prompts.pages.factories import judge, make_version, release, served

LIST = "/planned-releases/"


@pytest.fixture
def ada(operator: Tenant) -> Actor:
    return actor_of(make_user("ada@operator.example", Role.ENGINEER, operator))


@pytest.fixture
def plan(live: PromptVersion, head: PromptVersion, ada: Actor) -> PlannedRelease:
    """v2 for production, asked for by Ada, where a second person approves."""
    judge(head, live)
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    return asked(head, ada, note="Shorter answers")


def asked(version: PromptVersion, by: Actor, **values: object) -> PlannedRelease:
    place: dict[str, Any] = {"environment": "production"} | values
    return planning.ask(version, by=by, at=datetime.now(UTC), **place)


def home(plan: PlannedRelease, step: str = "") -> str:
    return f"{LIST}{plan.pk}/{step}"


def state(plan: PlannedRelease) -> str:
    return PlannedRelease.objects.get(pk=plan.pk).state


def test_a_second_person_sees_what_changes_and_approves(page: Client, plan: PlannedRelease, engineer: User) -> None:
    shown = page.get(home(plan))
    assert "support-answer : Release v2 to production?" in said(shown)
    assert "ada@operator.example asked for it" in said(shown)
    assert "Serves now v1 Will serve v2 What changes Diff: +1 −1 lines" in said(shown)
    assert "Pass support-answer" in said(shown)
    form = {"expected": given(shown, "expected"), "note": "Looked at the runs"}
    answer = page.post(home(plan, "approve/"), form, follow=True)
    assert answer.redirect_chain == [(home(plan), 302)]
    assert "You approved it" in said(answer)
    assert (state(plan), served()) == ("released", "v2")


def test_who_approved_it_stands_beside_the_release(page: Client, plan: PlannedRelease) -> None:
    page.post(home(plan, "approve/"), {})
    row, _, log = said(page.get(of())).partition(" Releases ")
    assert "released by ada@operator.example · approved by you" in row
    assert re.search(r"ada@operator.example · [^·]+ · approved by you", log)


@pytest.mark.parametrize("place", [{"percent": 10}, {"tenant": "acme"}, {"tenant": "acme", "percent": 10}])
def test_whatever_lane_it_was_for(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, ada: Actor, support: User, place: Any
) -> None:
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    lane = place | ({"tenant": acme} if "tenant" in place else {})
    waiting = asked(head, ada, override="Nothing to judge", **lane)
    page.post(home(waiting, "approve/"), {})
    page.force_login(support)
    shown = said(page.get(of())).partition(" Releases ")[0]
    assert "by ada@operator.example · approved by engineer@operator.example" in shown


def test_a_decline_that_comes_too_late_keeps_what_was_typed(page: Client, plan: PlannedRelease, ada: Actor) -> None:
    planning.cancel(plan, by=ada, at=datetime.now(UTC))
    answer = page.post(home(plan, "decline/"), {"note": "It promises dates"})
    assert answer.status_code == 409
    assert "Not declined. It was cancelled by ada@operator.example already" in said(answer)
    assert "You had written: It promises dates" in said(answer)


def test_how_many_gateways_have_it_is_asked_for_again(page: Client, plan: PlannedRelease) -> None:
    at = datetime.now(UTC)
    Process.objects.create(
        id=uuid4(), kind="gateway", name="gateway-1", host="here", pid=1, started_at=at, seen_at=at,
        stops_revision=1, config_revision=-1, push_works=True, open_calls=0,
    )  # fmt: skip
    page.post(home(plan, "approve/"), {})
    shown = text(page.get(home(plan)))
    assert f'hx-get="{home(plan)}" hx-trigger="every 1s"' in shown
    part = page.get(home(plan), headers={"HX-Request": "true", "HX-Target": "served"})
    assert (part.status_code, said(part)) == (200, "0 of 1 gateways have it in force. Refresh")


def test_declining_and_cancelling_are_told_apart(page: Client, plan: PlannedRelease) -> None:
    shown = said(page.get(home(plan)))
    assert "Decline… Why it is not to go live ada@operator.example reads it here." in shown
    assert "Cancel it… It is not needed any more: no verdict on it." in shown


def test_pressed_twice_it_is_approved_once(page: Client, plan: PlannedRelease) -> None:
    assert [page.post(home(plan, "approve/"), {}).status_code for _ in range(2)] == [302, 302]
    assert state(plan) == "released"


def test_whoever_asked_is_told_why_they_may_not(client: Client, plan: PlannedRelease) -> None:
    client.force_login(User.objects.get(email="ada@operator.example"))
    shown = client.get(home(plan))
    assert "You cannot approve it." in said(shown)
    assert "a second person approves it" in said(shown)
    assert "Approve:" not in said(shown)
    answer = client.post(home(plan, "approve/"), {})
    assert answer.status_code == 403
    assert "Not approved. You asked for it: a second person approves it." in said(answer)
    assert (state(plan), served()) == ("waiting", "v1")


def test_whoever_has_not_the_role_is_told_so_as_you(page: Client, plan: PlannedRelease) -> None:
    services.protect("production", role=Role.ADMIN, second_person=True, by=SYSTEM, at=AT)
    assert "Admins alone approve a release to production, and you are none of them." in said(page.get(home(plan)))


def test_declining_from_the_list_opens_what_is_asked(page: Client, plan: PlannedRelease) -> None:
    assert f'href="{home(plan)}?open=decline#decline"' in text(page.get(LIST))
    assert '<details class="more" id="decline" open>' in text(page.get(f"{home(plan)}?open=decline"))
    assert '<details class="more" id="decline">' in text(page.get(home(plan)))


def test_commands_within_a_verdict_are_code(page: Client, live: PromptVersion, head: PromptVersion, ada: Actor) -> None:
    waiting = asked(head, ada, override="Nothing to judge", due_at=datetime.now(UTC) + timedelta(hours=1))
    shown = text(page.get(home(waiting)))
    assert "Push it with <code>aiops prompts push</code>, or take its name out of <code>suites</code>" in shown


def test_what_was_released_meanwhile_is_told_before_it_is_approved(page: Client, plan: PlannedRelease) -> None:
    shown = page.get(home(plan))
    release(make_version("Third."))
    answer = page.post(home(plan, "approve/"), {"expected": given(shown, "expected"), "note": "typed"})
    assert answer.status_code == 409
    assert "Changed while you were here." in said(answer)
    assert "It cannot be made as things are." in said(answer)
    assert given(answer, "note-approve") == "typed"
    again = page.post(home(plan, "approve/"), {"expected": given(answer, "expected")})
    assert again.status_code == 409
    assert (state(plan), served()) == ("waiting", "v3")


def test_declined_it_says_why_and_how_to_go_on(page: Client, plan: PlannedRelease) -> None:
    short = page.post(home(plan, "decline/"), {"note": " "})
    assert short.status_code == 422
    assert "Say why: whoever asked for it reads it." in said(short)
    answer = page.post(home(plan, "decline/"), {"note": "Not on a Friday"}, follow=True)
    assert "You declined it" in said(answer)
    assert "Not on a Friday" in said(answer)
    assert "Look at this release anew" in said(answer)
    assert page.post(home(plan, "decline/"), {"note": "Not on a Friday"}).status_code == 302
    assert (state(plan), served()) == ("declined", "v1")


def test_what_somebody_else_decided_first_is_told(page: Client, plan: PlannedRelease, operator: Tenant) -> None:
    other = actor_of(make_user("grace@operator.example", Role.ENGINEER, operator))
    planning.decline(plan, note="No", by=other, at=datetime.now(UTC))
    answer = page.post(home(plan, "approve/"), {"expected": "1"})
    assert answer.status_code == 409
    assert "It was declined by grace@operator.example already." in said(answer)


def test_it_is_cancelled_and_stays_so(page: Client, plan: PlannedRelease) -> None:
    assert [page.post(home(plan, "cancel/"), {}).status_code for _ in range(2)] == [302, 302]
    assert state(plan) == "cancelled"


def test_one_that_failed_says_why_and_how_to_go_on(
    page: Client, live: PromptVersion, head: PromptVersion, ada: Actor
) -> None:
    judge(head, live)
    now = datetime.now(UTC)
    plan = asked(head, ada, due_at=now + timedelta(minutes=5))
    release(make_version("Third."))
    planning.carry_out_due(at=now + timedelta(minutes=6))
    shown = page.get(home(plan))
    assert "Not released." in said(shown)
    assert "Look at this release anew" in said(shown)
    assert f"{of('release/')}?version={head.hash}" in text(shown)
    assert "Not released:" in said(page.get(of()))


def test_the_prompts_page_and_the_lists_tell_it(page: Client, plan: PlannedRelease) -> None:
    assert "Waiting for a second person" in said(page.get(of()))
    assert f'href="{home(plan)}#decide"' in text(page.get(of()))
    listed = page.get("/prompts/")
    assert "1 release waits for a second person" in said(listed)
    assert "1 , 1 waiting for your approval" in said(listed)
    assert "support-answer v2" in said(page.get(LIST))
    assert "support-answer v2" not in said(page.get(f"{LIST}?only=failed"))


def test_the_badge_does_not_count_ones_own(client: Client, plan: PlannedRelease) -> None:
    client.force_login(User.objects.get(email="ada@operator.example"))
    assert "waiting for your approval" not in said(client.get(LIST))


def test_the_badge_counts_what_this_very_person_may_approve(
    page: Client, plan: PlannedRelease, head: PromptVersion, ada: Actor, admin: User
) -> None:
    services.protect("eu", role=Role.ADMIN, second_person=True, by=SYSTEM, at=AT)
    asked(head, ada, environment="eu", override="Nothing to judge")
    assert "1 , 1 waiting for your approval" in said(page.get(LIST))
    page.force_login(admin)
    assert "2 , 2 waiting for your approval" in said(page.get(LIST))


def test_nothing_waits(page: Client) -> None:
    assert "Nothing waits" in said(page.get(LIST))


def test_the_csv_is_what_the_list_shows(page: Client, plan: PlannedRelease) -> None:
    rows = b"".join(page.get(f"{LIST}planned-releases.csv"))  # type: ignore[arg-type]
    assert b"Shorter answers" in rows
    assert b"waiting" in rows
    assert b"Shorter" not in b"".join(page.get(f"{LIST}planned-releases.csv?only=failed"))  # type: ignore[arg-type]


def test_what_others_wrote_is_text(page: Client, live: PromptVersion, head: PromptVersion, ada: Actor) -> None:
    plan = asked(head, ada, note=HOSTILE, override=HOSTILE, due_at=datetime.now(UTC) + timedelta(hours=1))
    assert all(map(is_safe, (page.get(home(plan)), page.get(LIST), page.get(of()))))


@pytest.mark.parametrize("step", ["approve/", "decline/", "cancel/"])
def test_who_may_not_release_only_reads(reader: Client, plan: PlannedRelease, step: str) -> None:
    assert "Engineers and admins decide on it." in said(reader.get(home(plan)))
    assert reader.post(home(plan, step), {"note": "no"}).status_code == 403
    assert state(plan) == "waiting"


@pytest.mark.parametrize("step", ["approve/", "decline/", "cancel/"])
def test_an_address_that_is_opened_leads_to_the_page(page: Client, plan: PlannedRelease, step: str) -> None:
    answer = page.get(home(plan, step))
    assert (answer.status_code, answer["Location"]) == (302, home(plan))


def test_what_is_not_there_is_not_there(page: Client) -> None:
    missing = f"{LIST}00000000-0000-0000-0000-000000000001/"
    assert page.get(missing).status_code == 404
    assert page.post(f"{missing}approve/", {}).status_code == 404
