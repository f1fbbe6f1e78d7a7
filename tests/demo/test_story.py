"""What the demo tells: each of its stories, out of calls that went through the gateway's own pipeline."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import mean

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from aiops.demo import loading
from aiops.demo.cast import FAILING, LARGE, SMALL, UNPRICED
from aiops.demo.plan import plan
from aiops.demo.story import (
    FEWER_REFUSALS,
    FIRST_RELEASE,
    HANDBOOK,
    HARD_BUDGET,
    OUTAGES,
    RELEASES,
    STOPS,
    SUPPORT,
    PlayedOutage,
    PlayedRelease,
    PlayedStop,
)
from aiops.demo.trials import ENDED, ONE_SENTENCE
from aiops.lib import uuid7
from costs import reports
from costs.models import Call
from costs.reports.changes import Cause
from killswitch.models import Stop
from prompts.models import PromptVersion, Release
from tenants.models import AuditEntry, Feature, Tenant
from tenants.scope import ALL, scope
from tests import database
from tests.demo.starting import bootstrap

CALLS = 3000
GREW, TOO_HASTY, TAKEN_BACK = RELEASES
LIFTED = STOPS[0]


@pytest.fixture(scope="module")
def until(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[datetime]:
    """Where the story ends; it is loaded once, and only looked at."""
    quick = override_settings(
        AIOPS_HOME=tmp_path_factory.mktemp("home"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with django_db_blocker.unblock(), quick, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "plan", partial(plan, calls=CALLS))
        bootstrap("--demo")
        with scope(ALL):
            begun = AuditEntry.objects.get(action="demo.begun").payload
        assert begun is not None
        yield datetime.fromisoformat(json.loads(begun)["until"])
        database.clear()


def calls(since: datetime, until: datetime, *, tenant: str = "", feature: str = "") -> list[Call]:
    """Oldest first."""
    with scope(ALL):
        found = Call.objects.filter(id__gte=uuid7.floor(since), id__lt=uuid7.floor(until)).order_by("id")
        found = found.filter(tenant=Tenant.objects.get(slug=tenant)) if tenant else found
        return list(found.filter(feature=Feature.objects.get(slug=feature)) if feature else found)


def hash_of(prompt: str, number: int) -> str:
    with scope(ALL):
        return PromptVersion.objects.get(prompt__name=prompt, number=number).hash


def versions(found: list[Call]) -> set[str]:
    return {call.prompt_version for call in found}


def test_every_cost_names_the_price_that_was_in_force(until: datetime) -> None:
    found = calls(until - timedelta(days=70), until)
    priced = [call for call in found if call.cost_usd]
    assert all(call.price_version for call in priced)
    assert {call.model for call in found if call.cost_usd is None} == {UNPRICED}


def test_calls_carry_the_version_that_was_live_when_they_were_made(until: datetime) -> None:
    def between(since: float, to: float) -> set[str]:
        moments = until - timedelta(hours=since), until - timedelta(hours=to)
        return versions(calls(*moments, feature="answer-assistant")) - {""}

    assert between(FIRST_RELEASE.hours + 400, FIRST_RELEASE.hours) == set()
    assert between(FIRST_RELEASE.hours, TOO_HASTY.hours) == {hash_of(SUPPORT, 1)}
    assert between(TOO_HASTY.hours, TAKEN_BACK.hours) == {hash_of(SUPPORT, 2)}
    assert between(TAKEN_BACK.hours, ONE_SENTENCE.hours) == {hash_of(SUPPORT, 1)}
    assert between(ONE_SENTENCE.hours, ENDED.hours) == {hash_of(SUPPORT, 1), hash_of(SUPPORT, 3)}
    assert between(ENDED.hours, 0) == {hash_of(SUPPORT, 1)}


def test_one_version_doubled_the_context_and_the_cost_of_a_feature(until: datetime) -> None:
    def mean_of(name: str, version: str) -> float:
        return mean(float(getattr(call, name)) for call in answered if call.prompt_version == version)

    found = calls(until - timedelta(days=14), until, feature="document-qa")
    answered = [call for call in found if call.outcome == "ok"]
    first, second = hash_of(HANDBOOK, 1), hash_of(HANDBOOK, 2)
    assert mean_of("input_tokens", second) / mean_of("input_tokens", first) == pytest.approx(2, rel=0.1)
    assert mean_of("cost_usd", second) / mean_of("cost_usd", first) > 1.7


def test_spend_names_it_as_what_changed(until: datetime) -> None:
    grew = GREW.since(until)
    with scope(ALL):
        found = reports.spend(grew, until, by="feature")
    largest = max(found.what_changed, key=lambda change: change.delta)
    assert (largest.label, largest.cause) == ("Document Q&A", Cause.LONGER_PROMPTS)


@pytest.mark.parametrize("release", RELEASES)
def test_history_says_who_did_it_and_why(until: datetime, release: PlayedRelease) -> None:
    with scope(ALL):
        made = Release.objects.get(made_at=release.since(until))
    assert release.why in {made.note, made.override_reason}
    assert made.made_by_label


def test_the_version_that_regressed_was_back_the_next_day(until: datetime) -> None:
    with scope(ALL):
        live = (
            Release.objects.to_all()
            .latest_first()
            .select_related("version")
            .filter(prompt__name=SUPPORT, environment="production")
            .first()
        )
    assert live is not None
    assert (str(live.version), live.kind) == ("v1", Release.Kind.ROLLBACK)
    assert FEWER_REFUSALS.hours - TAKEN_BACK.hours < 26


@pytest.mark.parametrize("stop", STOPS)
def test_nobody_gets_an_answer_while_it_is_off_and_each_refusal_names_the_stop(
    until: datetime, stop: PlayedStop
) -> None:
    found = calls(stop.since(until), stop.until(until), tenant=stop.tenant, feature=stop.feature or "")
    with scope(ALL):
        made = Stop.objects.get(tenant__slug=stop.tenant)
    assert len(found) >= 10
    assert {(call.outcome, call.stop_id) for call in found} == {("stopped", made.pk)}


def test_after_the_lift_there_are_answers_again(until: datetime) -> None:
    found = calls(LIFTED.until(until), until, tenant=LIFTED.tenant)
    assert "stopped" not in {call.outcome for call in found}


@pytest.mark.parametrize(
    ("outage", "tried"), [(OUTAGES[0], {(503, "503")}), (OUTAGES[1], {(429, "429"), (0, "429-cooldown")})]
)
def test_while_the_first_model_is_out_the_second_answers_later(
    until: datetime, outage: PlayedOutage, tried: set[tuple[int, str]]
) -> None:
    found = calls(outage.since(until), outage.until(until))
    asked = [call for call in found if call.chain and call.outcome == "ok"]
    assert len(asked) >= 4
    assert {call.model for call in asked} == {LARGE}
    assert {(call.hops[0][2], call.hops[0][4]) for call in asked} <= tried
    assert all(call.fallback and call.hops[0][0] == SMALL for call in asked)


def test_drafts_stand_on_their_sources_and_a_few_do_not(until: datetime) -> None:
    found = calls(until - timedelta(days=70), until, feature="draft-replies")
    grounded = [call for call in found if call.sources_given]
    held = [call for call in grounded if call.quotes_verified and not call.quotes_fabricated]
    assert len(held) > len(grounded) / 2
    assert sum(bool(call.quotes_fabricated) for call in grounded) >= 3
    assert sum(bool(call.quotes_wrong_source) for call in grounded) >= 1
    assert sum(bool(call.refusal) for call in grounded) >= 3


def test_a_hard_budget_refuses_what_would_pass_it_and_no_more_is_spent(until: datetime) -> None:
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    today = calls(midnight, until, tenant=HARD_BUDGET.tenant)
    refused = [call for call in today if call.outcome == "over_budget"]
    assert len(refused) >= 10
    assert {(call.error_code, call.provider) for call in refused} == {("over_budget", "")}
    spent = sum(call.cost_usd or 0 for call in today)
    assert HARD_BUDGET.amount_usd * Decimal("0.8") < spent <= HARD_BUDGET.amount_usd


def test_nobody_else_is_over_a_budget(until: datetime) -> None:
    with scope(ALL):
        over = Call.objects.filter(outcome="over_budget").values_list("tenant__slug", flat=True)
        assert set(over) == {HARD_BUDGET.tenant}


def test_one_tenant_fails_just_now(until: datetime) -> None:
    recent = calls(until - timedelta(minutes=15), until, tenant=FAILING)
    failed = [call for call in recent if call.outcome == "provider_error"]
    assert len(failed) / len(recent) > 0.1


@pytest.mark.parametrize("outcome", ["ok", "provider_error", "cancelled", "refused", "stopped"])
def test_calls_end_in_every_way_that_they_do(until: datetime, outcome: str) -> None:
    assert outcome in {call.outcome for call in calls(until - timedelta(days=70), until)}


def test_the_last_hour_is_busy(until: datetime) -> None:
    assert len(calls(until - timedelta(hours=1), until)) >= 50
