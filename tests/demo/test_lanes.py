"""The new life of the demo's prompts: who is served what, what waits, and what was given up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from aiops.demo import loading
from aiops.demo.plan import plan
from aiops.demo.story import HANDBOOK, SUPPORT, TITLES
from aiops.demo.trials import FIRST_TRY, GIVEN_UP, MORE_PEOPLE, ON_PREMISES, OWN, PLANS, SOURCE
from aiops.lib import uuid7
from costs.arms import Difference, Measure
from costs.models import Call
from costs.reports.arms import Comparison, canary_before, canary_beside
from prompts import services
from prompts.models import PlannedRelease, Prompt, PromptVersion
from prompts.services import PRODUCTION
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tests import database
from tests.demo.starting import bootstrap

CALLS = 6000


@pytest.fixture(scope="module")
def at(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[datetime]:
    """When it was loaded; it is only looked at."""
    quick = override_settings(
        AIOPS_HOME=tmp_path_factory.mktemp("home"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with django_db_blocker.unblock(), quick, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "plan", partial(plan, calls=CALLS))
        bootstrap("--demo")
        yield datetime.now(UTC)
        database.clear()


def canary(at: datetime) -> Comparison:
    with scope(ALL):
        found = canary_beside(services.find_prompt(HANDBOOK), PRODUCTION, at=at)
    assert found is not None
    return found


def difference(found: Comparison, measure: Measure) -> Difference:
    return next(each for each in found.differences if each.measure == measure)


def calls_of(prompt: str, number: int, *, since: datetime) -> list[Call]:
    with scope(ALL):
        content = PromptVersion.objects.get(prompt__name=prompt, number=number).hash
        return list(Call.objects.filter(prompt_version=content).since(since))


def people(calls: list[Call]) -> set[tuple[UUID, UUID]]:
    return {(call.tenant_id, call.user_key) for call in calls}


def test_a_canary_is_under_way_with_enough_calls_in_both_arms_to_say_that_it_costs_less(at: datetime) -> None:
    found = canary(at)
    assert (str(found.canary.version), str(found.beside.version)) == ("v3", "v2")
    assert found.canary.percent == MORE_PEOPLE.percent
    assert min(found.head.calls, found.base.calls) >= 30
    cost = difference(found, Measure.COST)
    assert cost.is_seen
    assert cost.head < cost.base  # type: ignore[operator]


def test_nobody_gets_both_versions_of_it(at: datetime) -> None:
    since = at - timedelta(hours=MORE_PEOPLE.hours - 1)
    tried, usual = (people(calls_of(HANDBOOK, number, since=since)) for number in (3, 2))
    assert tried
    assert usual
    assert tried & usual == set()


def test_whoever_was_in_the_first_tenth_stayed_in_it(at: datetime) -> None:
    tried = calls_of(HANDBOOK, 3, since=at - timedelta(hours=FIRST_TRY.hours + 1))
    before = people([call for call in tried if uuid7.time_of(call.id) < at - timedelta(hours=MORE_PEOPLE.hours + 1)])
    # Of a weekend it may be nobody.
    assert tried
    assert before & people(calls_of(HANDBOOK, 2, since=at - timedelta(hours=MORE_PEOPLE.hours - 1))) == set()


def test_it_was_asked_for_by_one_and_approved_by_another(at: datetime) -> None:
    with scope(ALL):
        plans = PlannedRelease.objects.filter(state=PlannedRelease.State.RELEASED)
        people = {(plan.asked_by_label, plan.decided_by_label) for plan in plans}
        assert (len(plans), people) == (3, {("Erin Wolf", "Ada Novak")})


def test_another_canary_has_ended_and_its_figures_stand(at: datetime) -> None:
    with scope(ALL):
        prompt = services.find_prompt(SUPPORT)
        assert services.canary(prompt, PRODUCTION) is None
        found = canary_before(prompt, PRODUCTION)
    assert found is not None
    assert str(found.canary.version) == "v3"
    assert min(found.head.calls, found.base.calls) >= 30
    assert difference(found, Measure.OUTPUT_TOKENS).is_measured


def test_one_tenant_has_a_version_of_its_own_and_is_served_it(at: datetime) -> None:
    with scope(ALL):
        tenant = Tenant.objects.get(slug=OWN.tenant)
        own = services.live(services.find_prompt(HANDBOOK), PRODUCTION, tenant)
        hashes = Call.objects.filter(tenant=tenant, feature__slug=HANDBOOK, outcome="ok")
        later = hashes.since(at - timedelta(hours=OWN.hours - 1)).values_list("prompt_version", flat=True)
        assert own is not None
        assert (str(own.version), set(later)) == ("v1", {own.version.hash})


def test_one_release_waits_for_a_second_person_and_one_for_its_time(at: datetime) -> None:
    with scope(ALL):
        plans = PlannedRelease.objects.open().order_by("asked_at").select_related("prompt", "version")
        told = [(str(plan.prompt), str(plan.version), plan.environment, plan.state) for plan in plans]
        protection = services.protection_of(ON_PREMISES)
        due_at = plans[1].due_at
    assert told == [(TITLES, "v2", ON_PREMISES, "waiting"), (HANDBOOK, "v3", PRODUCTION, "scheduled")]
    assert protection is not None
    assert protection.second_person
    assert due_at is not None
    assert (due_at.weekday(), due_at > at + timedelta(days=2)) == (0, True)


@pytest.mark.parametrize(
    ("until", "monday"),
    [
        ("2026-11-27T15:00", "2026-12-07T07:00"),
        ("2026-11-27T06:59", "2026-11-30T07:00"),
        ("2026-11-28T00:00", "2026-12-07T07:00"),
    ],
)
def test_its_time_is_a_monday_morning_three_days_ahead_or_more(until: str, monday: str) -> None:
    due_at = PLANS[1].due_at(datetime.fromisoformat(f"{until}+00:00"))
    assert due_at is not None
    assert f"{due_at:%Y-%m-%dT%H:%M}" == monday


def test_a_prompt_that_the_repository_gave_up_is_an_orphan_and_served_still(at: datetime) -> None:
    with scope(ALL):
        orphan = Prompt.objects.exclude(orphaned_at=None).get()
        live = services.live(orphan, PRODUCTION)
    assert (orphan.name, orphan.source) == (GIVEN_UP.name, SOURCE)
    assert live is not None


@pytest.mark.parametrize(("part", "prompts"), [("parts/persona.md", 4), ("parts/citing.md", 3), ("parts/title.md", 1)])
def test_several_prompts_include_one_part(at: datetime, part: str, prompts: int) -> None:
    with scope(ALL):
        newest = PromptVersion.objects.order_by("prompt", "-number").distinct("prompt")
        assert sum(part in version.bundle.parts for version in newest) == prompts
