"""Every form of prompts that was sent after the session had ended says in words what it does, as its page does."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from evals.services import planning
from prompts import services
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import Role, Tenant, User
from tests.factories import actor_of, make_user
from tests.prompts.factories import AT
from tests.prompts.pages.asking import of, said, text
from tests.prompts.pages.factories import release, served

RESUME = "/account/resume/"
SEND = {"expected": "1"}


@pytest.fixture(autouse=True)
def unthrottled(db: None) -> None:
    cache.clear()


@pytest.fixture
def ada(operator: Tenant) -> Actor:
    return actor_of(make_user("ada@operator.example", Role.ENGINEER, operator))


@pytest.fixture
def plan(live: PromptVersion, head: PromptVersion, ada: Actor) -> PlannedRelease:
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    return planning.ask(head, environment="production", override="Nothing to judge", by=ada, at=datetime.now(UTC))


def resumed(client: Client, person: User, address: str, fields: dict[str, Any]) -> Any:
    """The page to whoever is back."""
    assert client.post(address, fields).status_code == 302
    client.force_login(person)
    return client.get(RESUME)


def pressed(shown: Any) -> str:
    """What the button says."""
    button = re.search(r'<button class="btn big[^>]*>(.*?)</button>', text(shown))
    return re.sub(r"<[^>]+>", "", button[1]).strip() if button else ""


@pytest.mark.parametrize(
    ("where", "title", "button"),
    [
        ("rollback/?environment=production&to=v1", "Roll support-answer back to v1 in production?", "Roll back to v1"),
        ("end/", "Serve nothing of support-answer in production any more?", "Serve nothing in production any more"),
        (
            "end/?tenant=acme",
            "Give Acme Robotics what everybody gets of support-answer in production?",
            "Give Acme Robotics what everybody gets",
        ),
    ],
)
def test_going_back_and_ending(
    client: Client, engineer: User, live: PromptVersion, head: PromptVersion, acme: Tenant, where: str, title: str,
    button: str,
) -> None:  # fmt: skip
    release(head)
    release(live, tenant=acme)
    shown = resumed(client, engineer, of(where), SEND | {"note": "It promises dates"})
    assert title in said(shown)
    assert "What you filled in Note It promises dates" in said(shown)
    assert pressed(shown) == button
    assert served() == "v2"


def test_the_end_of_a_canary(client: Client, engineer: User, live: PromptVersion, head: PromptVersion) -> None:
    release(head, percent=10)
    shown = resumed(client, engineer, of("rollback/?environment=production&end=canary"), SEND)
    assert "End the canary of support-answer v2 in production?" in said(shown)
    assert pressed(shown) == "End the canary: everybody gets v1"


def test_one_that_was_reached_meanwhile_promises_nothing(client: Client, engineer: User, live: PromptVersion) -> None:
    shown = resumed(client, engineer, of("rollback/?environment=production&to=v1"), SEND)
    assert "Roll support-answer back in production?" in said(shown)
    assert pressed(shown) == "Go on with it"


def test_another_share_of_a_canary(client: Client, engineer: User, live: PromptVersion, head: PromptVersion) -> None:
    release(head, percent=10)
    fields = SEND | {"version": head.hash, "environment": "production", "to": "share", "percent": "25"}
    shown = resumed(client, engineer, of("release/"), fields)
    assert "support-answer: Raise v2 from 10% to 25% of people in production?" in said(shown)
    assert pressed(shown) == "Raise v2 from 10% to 25% of people in production"


@pytest.mark.parametrize(
    ("step", "title", "button"),
    [
        ("approve", "support-answer: Release v2 to production?", "Approve: Release v2 to production"),
        ("decline", "Decline support-answer v2 for production?", "Decline v2"),
        ("cancel", "Cancel the release of support-answer v2 to production?", "Cancel: v2 does not go live"),
    ],
)
def test_what_is_decided_on_a_release_that_waits(
    client: Client, engineer: User, plan: PlannedRelease, step: str, title: str, button: str
) -> None:
    shown = resumed(client, engineer, f"/planned-releases/{plan.pk}/{step}/", SEND | {"note": "Looked at it"})
    assert title in said(shown)
    assert "Looked at it" in said(shown)
    assert pressed(shown) == button
    assert PlannedRelease.objects.get().state == "waiting"


def test_what_an_environment_takes(client: Client, admin: User, live: PromptVersion) -> None:
    address, fields = "/prompt-environments/production/", {"role": "admin", "second_person": "yes", "seen": ""}
    shown = resumed(client, admin, address, fields)
    assert "Change what a release to production takes?" in said(shown)
    assert "Who may release Admins alone A second person approves each Yes" in said(shown)
    assert pressed(shown) == "Change what production takes"


def test_a_preview(client: Client, support: User, live: PromptVersion) -> None:
    shown = resumed(client, support, of("v1/preview/"), {"v.question": "Where is my parcel?"})
    assert "Render support-answer v1 with these variables?" in said(shown)
    assert "question Where is my parcel?" in said(shown)
    assert pressed(shown) == "Render"


@pytest.mark.parametrize(
    ("where", "not_done"),
    [(of("rollback/"), "Nothing is rolled back yet."), (of("end/"), "Nothing has ended yet.")],
)
def test_before_the_login_it_says_what_has_not_happened(
    client: Client, live: PromptVersion, where: str, not_done: str
) -> None:
    client.post(where, SEND)
    assert not_done in said(client.get(f"/login/?next={RESUME}"))


@pytest.mark.parametrize("where", ["rollback/", "end/", "release/?version=v1"])
def test_it_tells_nothing_to_whoever_may_not_send_it(
    client: Client, support: User, live: PromptVersion, head: PromptVersion, where: str
) -> None:
    release(head)
    fields = SEND | {"version": live.hash, "environment": "production"}
    shown = said(resumed(client, support, of(where), fields))
    assert "Release v1" not in shown
    assert "support-answer in production" not in shown
    assert "Send it now" in shown


@pytest.mark.parametrize("where", ["rollback/?to=v9", "end/?tenant=nobody", "rollback/?environment=NOT%20ONE"])
def test_one_that_names_what_is_not_there_is_shown_as_it_was_sent(
    client: Client, engineer: User, live: PromptVersion, where: str
) -> None:
    shown = said(resumed(client, engineer, of(where), SEND | {"note": "It promises dates"}))
    assert "Not sent yet" in shown
    assert "It promises dates" in shown
