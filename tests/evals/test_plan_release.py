from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from aiops.lib import uuid7
from evals.services.promoting import NoVerdict
from evals.services.seconding import NeedsKnownPerson
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Role, Tenant
from tenants.principals import of_key
from tenants.refusals import Conflict, Invalid
from tests.evals.factories import AT
from tests.evals.planned import WHY, ask, make_green, make_person, protect, served, state, written
from tests.factories import make_key
from tests.prompts.factories import make_version

TONIGHT = AT + timedelta(hours=6)


@pytest.fixture
def head(operator: Tenant) -> PromptVersion:
    return make_green()


@pytest.fixture
def ann(operator: Tenant) -> Actor:
    return make_person("ann")


@pytest.fixture
def boss(operator: Tenant) -> Actor:
    return make_person("boss", Role.ADMIN)


def test_what_one_may_release_alone_is_scheduled(head: PromptVersion, ann: Actor) -> None:
    plan = ask(head, due_at=TONIGHT, note="After hours", by=ann)
    assert (state(plan), plan.due_at, plan.percent, plan.asker.label) == ("scheduled", TONIGHT, 100, ann.label)
    assert served() == "v1"
    payload = AuditEntry.objects.get(action="prompt.release_asked").payload or ""
    assert all(word in payload for word in (str(plan.pk), "After hours", TONIGHT.isoformat(), ann.label))


@pytest.mark.parametrize("hours", [None, 6])
def test_where_it_takes_a_second_person_it_waits_for_one(
    head: PromptVersion, ann: Actor, boss: Actor, hours: int | None
) -> None:
    protect(by=boss)
    plan = ask(head, due_at=AT + timedelta(hours=hours) if hours else None, by=ann)
    assert state(plan) == "waiting"


def test_where_it_takes_a_second_person_a_key_that_is_nobodys_does_not_ask(
    head: PromptVersion, operator: Tenant, ann: Actor, boss: Actor
) -> None:
    protect(by=boss)
    nobodys, anns = (of_key(make_key(operator, role=Role.ENGINEER, by=by).key).actor for by in (SYSTEM, ann))
    for by in (nobodys, of_key(make_key(operator, role=Role.ADMIN, by=nobodys).key).actor, SYSTEM):
        with pytest.raises(NeedsKnownPerson, match=r"production takes two people who are known, and .* is nobody's"):
            ask(head, by=by)
    assert not PlannedRelease.objects.exists()
    assert state(ask(head, by=anns)) == "waiting"


def test_where_it_takes_none_a_key_that_is_nobodys_plans_for_later(head: PromptVersion, operator: Tenant) -> None:
    nobodys = of_key(make_key(operator, role=Role.ENGINEER, by=SYSTEM).key).actor
    assert state(ask(head, due_at=TONIGHT, by=nobodys)) == "scheduled"


def test_where_only_admins_release_an_engineer_asks_one(head: PromptVersion, ann: Actor, boss: Actor) -> None:
    protect(role=Role.ADMIN, second_person=False, by=boss)
    assert state(ask(head, by=ann)) == "waiting"


def test_whoever_pushed_it_asks_for_a_second_person_to_override(head: PromptVersion, ann: Actor) -> None:
    mine = make_version("mine", suites=["welcome"], by=ann)
    plan = ask(mine, override=f" {WHY} ", by=ann)
    assert (state(plan), plan.override_reason) == ("waiting", WHY)


def test_a_reason_that_is_not_needed_is_not_kept(head: PromptVersion, ann: Actor) -> None:
    assert ask(head, override=WHY, due_at=TONIGHT, by=ann).override_reason == ""


def test_what_needs_nobody_else_and_no_time_is_released_at_once_instead(head: PromptVersion, ann: Actor) -> None:
    with pytest.raises(Invalid, match="you may release welcome v2 to production alone: release it now"):
        ask(head, by=ann)
    assert written() == ["prompt.released"]


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (timedelta(), "is not in the future"),
        (timedelta(seconds=-1), "is not in the future"),
        (timedelta(days=91), "more than 90 days ahead"),
    ],
)
def test_a_time_that_cannot_be_is_refused(head: PromptVersion, ann: Actor, due: timedelta, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        ask(head, due_at=AT + due, by=ann)
    assert not PlannedRelease.objects.exists()


@pytest.mark.parametrize("percent", [0, 101])
def test_a_share_that_cannot_be_is_refused(head: PromptVersion, ann: Actor, percent: int) -> None:
    with pytest.raises(Invalid, match="percent"):
        ask(head, percent=percent, due_at=TONIGHT, by=ann)


def test_an_environment_that_cannot_be_is_refused(head: PromptVersion, ann: Actor) -> None:
    with pytest.raises(Invalid, match="environment"):
        ask(head, environment="Production", due_at=TONIGHT, by=ann)


def test_without_a_verdict_it_is_refused_at_once(head: PromptVersion, ann: Actor) -> None:
    unproven = make_version("three", suites=["welcome"])
    with pytest.raises(NoVerdict, match="welcome: it has not been run"):
        ask(unproven, due_at=TONIGHT, by=ann)
    with pytest.raises(Invalid, match="at least 10"):
        ask(unproven, due_at=TONIGHT, override="because", by=ann)
    assert state(ask(unproven, due_at=TONIGHT, override=WHY, by=ann)) == "scheduled"


def test_what_is_served_already_is_refused(head: PromptVersion, ann: Actor) -> None:
    with pytest.raises(Conflict, match="v1 is what production serves already"):
        ask(make_version("one", suites=["welcome"]), override=WHY, due_at=TONIGHT, by=ann)


def test_a_second_one_there_is_told_of_the_first(head: PromptVersion, ann: Actor, boss: Actor) -> None:
    first = ask(head, due_at=TONIGHT, by=ann)
    with pytest.raises(Conflict, match=f"{ann.label} asked for welcome v2 in production already.*{first.pk}"):
        ask(head, due_at=TONIGHT, by=boss)
    assert written().count("prompt.release_asked") == 1


def test_for_a_tenant_or_another_environment_it_is_another_matter(
    head: PromptVersion, ann: Actor, acme: Tenant
) -> None:
    ask(head, due_at=TONIGHT, by=ann)
    assert state(ask(head, tenant=acme, due_at=TONIGHT, by=ann)) == "scheduled"
    assert state(ask(head, environment="staging", override=WHY, due_at=TONIGHT, by=ann)) == "scheduled"


def test_the_database_itself_keeps_it_at_one(head: PromptVersion, ann: Actor) -> None:
    plan = ask(head, due_at=TONIGHT, by=ann)
    plan.pk = uuid7.new()
    with pytest.raises(IntegrityError, match="one_open_plan"), transaction.atomic():
        plan.save(force_insert=True)
