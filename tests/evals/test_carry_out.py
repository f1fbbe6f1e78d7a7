"""Releases whose time has come."""

from datetime import UTC, datetime, timedelta

import pytest

from evals import services
from evals.models import Run
from evals.services import planning
from evals.tasks import carry_out_planned_releases
from prompts import services as prompts
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Role, Tenant, User
from tests.evals.factories import AT
from tests.evals.planned import WHY, ask, make_green, make_person, protect, served, state, written
from tests.prompts.factories import make_release, make_version

DUE = AT + timedelta(hours=6)
SOON = timedelta(seconds=3)


@pytest.fixture
def ann(operator: Tenant) -> Actor:
    return make_person("ann")


@pytest.fixture
def head(operator: Tenant) -> PromptVersion:
    return make_green()


@pytest.fixture
def plan(head: PromptVersion, ann: Actor) -> PlannedRelease:
    return ask(head, due_at=DUE, by=ann)


def fault(plan: PlannedRelease) -> str:
    plan.refresh_from_db()
    assert plan.state == "failed"
    return plan.fault


def test_it_is_released_when_its_time_comes_and_once(plan: PlannedRelease, ann: Actor) -> None:
    assert [planning.carry_out_due(at=DUE + late) for late in (-SOON, SOON, SOON)] == [0, 1, 0]
    plan.refresh_from_db()
    assert plan.release is not None
    assert (plan.state, plan.ended_at, plan.release.made_by_id, served()) == ("released", DUE + SOON, ann.id, "v2")
    assert written()[-2:] == ["prompt.released", "prompt.release_carried_out"]


def test_the_task_of_the_beat_does_it(plan: PlannedRelease) -> None:
    PlannedRelease.objects.filter(pk=plan.pk).update(due_at=datetime.now(UTC))
    carry_out_planned_releases()
    assert state(plan) == "released"


def test_an_approved_one_names_who_approved_it(head: PromptVersion, ann: Actor) -> None:
    protect(by=make_person("boss", Role.ADMIN))
    plan = ask(head, due_at=DUE, by=ann)
    planning.approve(plan, by=make_person("ben"), at=AT)
    assert planning.carry_out_due(at=DUE) == 1
    assert "ben@operator.example" in (AuditEntry.objects.get(action="prompt.release_carried_out").payload or "")


def test_one_that_still_waits_for_a_second_person_is_not_made(head: PromptVersion, ann: Actor) -> None:
    protect(by=make_person("boss", Role.ADMIN))
    plan = ask(head, due_at=DUE, by=ann)
    assert planning.carry_out_due(at=DUE) == 0
    assert (state(plan), served()) == ("waiting", "v1")


def test_with_the_verdict_gone_it_fails_and_says_why(plan: PlannedRelease) -> None:
    Run.objects.update(verdict="blocked")
    assert planning.carry_out_due(at=DUE) == 0
    assert "its last verdict is blocked" in fault(plan)
    entry = AuditEntry.objects.get(action="prompt.release_failed")
    assert (entry.actor_kind, "its last verdict is blocked" in (entry.payload or "")) == ("system", True)
    assert served() == "v1"


def test_one_that_went_live_by_hand_meanwhile_is_cancelled_as_done(plan: PlannedRelease, head: PromptVersion) -> None:
    services.promote(head, environment="production", by=SYSTEM, at=AT + SOON)
    assert planning.carry_out_due(at=DUE) == 0
    plan.refresh_from_db()
    assert (plan.state, plan.decided_by_label, served()) == ("cancelled", SYSTEM.label, "v2")
    assert "released it before its time" in plan.decision_note
    assert written()[-1] == "prompt.release_cancelled"
    assert AuditEntry.objects.filter(action="prompt.released").count() == 2


def test_whoever_went_back_meanwhile_is_not_overruled(plan: PlannedRelease, head: PromptVersion) -> None:
    services.promote(head, environment="production", by=SYSTEM, at=AT + SOON)
    prompts.roll_back(head.prompt, environment="production", by=SYSTEM, at=AT + 2 * SOON)
    planning.carry_out_due(at=DUE)
    assert f"{SYSTEM.label} rolled welcome back there: it is not released over that" in fault(plan)
    assert served() == "v1"


def test_nor_whoever_took_its_canary_back(plan: PlannedRelease, head: PromptVersion) -> None:
    services.promote(head, environment="production", percent=10, by=SYSTEM, at=AT + SOON)
    prompts.roll_back(head.prompt, environment="production", by=SYSTEM, at=AT + 2 * SOON)
    planning.carry_out_due(at=DUE)
    assert "rolled welcome back there" in fault(plan)
    assert served() == "v1"


def test_a_rollback_for_another_tenant_leaves_it(plan: PlannedRelease, head: PromptVersion, acme: Tenant) -> None:
    services.promote(head, environment="production", tenant=acme, by=SYSTEM, at=AT + SOON)
    prompts.roll_back(head.prompt, environment="production", tenant=acme, by=SYSTEM, at=AT + 2 * SOON)
    assert planning.carry_out_due(at=DUE) == 1
    assert served() == "v2"


def test_a_reason_does_not_outlast_what_it_was_given_for(head: PromptVersion, ann: Actor) -> None:
    third = make_version("three", suites=["welcome"])
    plan = ask(third, override=WHY, due_at=DUE, by=ann)
    services.promote(head, environment="production", by=SYSTEM, at=AT + SOON)
    planning.carry_out_due(at=DUE)
    assert "something else was released (v2, by the console itself) there" in fault(plan)
    assert served() == "v2"


def test_nor_a_rollback(head: PromptVersion, ann: Actor) -> None:
    make_release(head)
    plan = ask(make_version("three", suites=["welcome"]), override=WHY, due_at=DUE, by=ann)
    prompts.roll_back(head.prompt, environment="production", by=SYSTEM, at=AT + SOON)
    planning.carry_out_due(at=DUE)
    assert "Ask for it anew" in fault(plan)
    assert served() == "v1"


def test_nor_a_release_that_another_clock_says_came_before(head: PromptVersion, ann: Actor) -> None:
    plan = ask(make_version("three", suites=["welcome"]), override=WHY, due_at=DUE, by=ann)
    services.promote(head, environment="production", by=SYSTEM, at=AT - SOON)
    planning.carry_out_due(at=DUE)
    assert "something else was released (v2, by the console itself) there" in fault(plan)


def test_of_one_asked_for_before_the_number_was_kept_the_times_tell(head: PromptVersion, ann: Actor) -> None:
    plan = ask(make_version("three", suites=["welcome"]), override=WHY, due_at=DUE, by=ann)
    PlannedRelease.objects.update(newest_at_ask=None)
    services.promote(head, environment="production", by=SYSTEM, at=AT + SOON)
    planning.carry_out_due(at=DUE)
    assert "something else was released (v2, by the console itself) there" in fault(plan)


def test_a_release_that_was_there_when_it_was_asked_for_takes_no_reason_away(head: PromptVersion, ann: Actor) -> None:
    make_release(head, at=AT + SOON)
    plan = ask(make_version("three", suites=["welcome"]), override=WHY, due_at=DUE, by=ann)
    planning.carry_out_due(at=DUE)
    assert (state(plan), served()) == ("released", "v3")


def test_whoever_asked_must_still_be_allowed_to(plan: PlannedRelease, ann: Actor) -> None:
    User.objects.filter(pk=ann.id).update(is_active=False)
    planning.carry_out_due(at=DUE)
    assert "may not release any more" in fault(plan)


def test_an_environment_that_was_protected_meanwhile_takes_its_second_person(plan: PlannedRelease) -> None:
    protect(by=make_person("boss", Role.ADMIN))
    planning.carry_out_due(at=DUE)
    assert "takes a second person" in fault(plan)


@pytest.mark.parametrize(("late", "becomes"), [(timedelta(minutes=59), "released"), (timedelta(minutes=61), "failed")])
def test_what_is_more_than_an_hour_late_goes_live_unwatched_no_more(
    plan: PlannedRelease, late: timedelta, becomes: str
) -> None:
    planning.carry_out_due(at=DUE + late)
    assert state(plan) == becomes


def test_one_that_breaks_keeps_no_other_waiting_and_is_tried_again(
    plan: PlannedRelease, head: PromptVersion, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ask(head, environment="staging", override=WHY, due_at=DUE + SOON, by=ann)
    broken = iter([RuntimeError("the worker dies")])
    release = planning.carrying_out.release_planned

    def dying(*arguments: object, **values: object) -> None:
        for fault in broken:
            raise fault
        release(*arguments, **values)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(planning.carrying_out, "release_planned", dying)
    assert planning.carry_out_due(at=DUE + SOON) == 1
    assert (state(plan), state(other)) == ("scheduled", "released")
    assert planning.carry_out_due(at=DUE + SOON) == 1
    assert state(plan) == "released"
