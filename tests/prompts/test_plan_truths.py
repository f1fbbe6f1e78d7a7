"""What PostgreSQL itself refuses of a release that waits, whatever wrote it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from prompts.models import PlannedRelease, PromptVersion
from tenants.models import Tenant
from tests.prompts.factories import AT, make_plan, make_release, make_version

DECIDED = {"decided_at": AT, "decided_by_kind": "user"}
ENDED = {"ended_at": AT}


@pytest.fixture
def version(operator: Tenant) -> PromptVersion:
    return make_version()


@pytest.mark.parametrize(
    ("values", "truth"),
    [
        ({"state": "bogus"} | ENDED, "plan_state_is_known"),
        ({"state": "bogus"}, "plan_state_is_known|plan_has_ended_or_is_open"),
        ({"state": "scheduled"}, "plan_that_is_scheduled_has_its_time"),
        ({"state": "scheduled"} | DECIDED, "plan_that_is_scheduled_has_its_time"),
        ({"state": "waiting"} | ENDED, "plan_has_ended_or_is_open"),
        ({"state": "scheduled", "due_at": AT} | ENDED, "plan_has_ended_or_is_open"),
        ({"state": "declined"} | DECIDED, "plan_has_ended_or_is_open"),
        ({"state": "cancelled"} | DECIDED, "plan_has_ended_or_is_open"),
        ({"state": "failed", "fault": "why"}, "plan_has_ended_or_is_open"),
        ({"state": "declined"} | ENDED, "plan_knows_who_decided"),
        ({"state": "cancelled"} | ENDED, "plan_knows_who_decided"),
        ({"state": "cancelled", "decided_at": AT} | ENDED, "plan_knows_who_decided"),
        ({"state": "cancelled", "decided_by_kind": "user"} | ENDED, "plan_knows_who_decided"),
        ({"state": "waiting", "decided_at": AT}, "plan_knows_who_decided"),
        ({"state": "failed"} | ENDED, "plan_that_failed_says_why"),
        ({"state": "waiting", "fault": "why"}, "plan_that_failed_says_why"),
        ({"state": "declined", "fault": "why"} | ENDED | DECIDED, "plan_that_failed_says_why"),
        ({"state": "released"} | ENDED, "plan_is_released_with_its_release"),
        ({"percent": 0}, "plan_is_for_somebody"),
        ({"environment": "Bad Env"}, "plan_environment_is_plain"),
    ],
)
def test_what_contradicts_itself_is_refused(version: PromptVersion, values: dict[str, Any], truth: str) -> None:
    with pytest.raises(IntegrityError, match=truth), transaction.atomic():
        make_plan(version, **values)
    assert not PlannedRelease.objects.exists()


def test_a_release_belongs_to_what_was_released(version: PromptVersion) -> None:
    made = make_release(version).release
    with pytest.raises(IntegrityError, match="plan_is_released_with_its_release"), transaction.atomic():
        make_plan(version, release=made)
    with pytest.raises(IntegrityError, match="plan_has_ended_or_is_open"), transaction.atomic():
        make_plan(version, state="released", release=made)
    assert make_plan(version, state="released", release=made, ended_at=AT).pk


def test_another_prompts_text_is_refused(version: PromptVersion) -> None:
    other = make_version(name="goodbye").prompt
    with pytest.raises(IntegrityError, match="plan_releases_its_own_prompt"), transaction.atomic():
        make_plan(version, prompt=other)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "waiting"},
        {"state": "waiting", "due_at": AT},
        {"state": "scheduled", "due_at": AT},
        {"state": "scheduled", "due_at": AT} | DECIDED,
        {"state": "declined"} | DECIDED | ENDED,
        {"state": "cancelled", "due_at": AT} | DECIDED | ENDED,
        {"state": "failed", "due_at": AT, "fault": "why"} | ENDED,
        {"state": "failed", "due_at": AT, "fault": "why"} | ENDED | DECIDED,
    ],
)
def test_every_state_that_services_write_is_kept(version: PromptVersion, values: dict[str, Any]) -> None:
    assert make_plan(version, **values) == PlannedRelease.objects.get()
