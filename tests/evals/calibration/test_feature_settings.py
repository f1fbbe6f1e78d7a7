"""What a feature demands of its answers and how long they are kept, set by page."""

import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from gateway.grounding.policy import OFF, Mode, Policy, Unverified
from gateway.models import ResponseCache
from gateway.services import declare_caching, declare_grounding, policy_of, seconds_kept
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Tenant, User
from tests.evals.calibration.asking import LIST, PAGE, enforce
from tests.evals.calibration.loop import good, measured_run
from tests.evals.pages.asking import said

SETTINGS = "/confidence/answers/settings/"
GROUNDING, KEEPING, FORGET = f"{SETTINGS}grounding/", f"{SETTINGS}keeping/", f"{SETTINGS}forget/"


def expected(page: Client, place: str) -> str:
    """What the form that is sent there began from."""
    content = page.get(SETTINGS).content.decode()
    found = re.search(rf'action="{place}".*?name="expected" value="([^"]*)"', content, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def demand(page: Client, **changes: str) -> Any:
    fields = {"mode": "enforce", "unverified": "drop", "expected": expected(page, GROUNDING)}
    return page.post(GROUNDING, fields | changes)


def undo(page: Client, setting: str) -> Any:
    content = page.get(SETTINGS).content.decode()
    found = re.search(rf'action="{SETTINGS}undo/{setting}/".*?name="change" value="(\d+)"', content, re.DOTALL)
    assert found is not None
    return page.post(f"{SETTINGS}undo/{setting}/", {"change": found[1]})


def test_a_feature_is_made_to_enforce_and_audited(
    page: Client, answers: Feature, operator: Tenant, engineer: User
) -> None:
    declare_grounding(answers, mode=Mode.ANNOTATE, min_confidence=Decimal("0.4"), by=SYSTEM)
    answer = demand(page, unverified="refuse")
    assert (answer.status_code, answer.headers["Location"]) == (302, SETTINGS)
    assert policy_of(answers) == Policy(Mode.ENFORCE, 0.4, Unverified.REFUSE)
    entry = AuditEntry.objects.of(operator).latest("seq")
    assert (entry.action, entry.object, entry.actor_id) == ("grounding.changed", "answers", str(engineer.pk))


def test_it_says_what_callers_get_and_what_they_read_instead(page: Client, answers: Feature) -> None:
    shown = said(page.get(SETTINGS))
    assert "Enforced Callers get what quotes from the sources hold up" in shown
    assert "Once it is enforced, calls without sources are refused." in shown
    assert "Not sure enough “The sources do not answer this surely enough.”" in shown


@pytest.mark.parametrize(
    "changes", [{"mode": "strict"}, {"mode": ""}, {"unverified": "keep"}, {"expected": ""}, {"expected": "off drop x"}]
)
def test_what_cannot_be_is_told_and_changes_nothing(page: Client, answers: Feature, changes: dict[str, str]) -> None:
    answer = demand(page, **changes)
    assert answer.status_code == 422
    assert "Not saved yet." in said(answer)
    assert policy_of(answers) == OFF


@pytest.mark.parametrize("threshold", ["nan", "inf", "-1", "7"])
def test_a_form_that_began_from_no_threshold_is_told_so(page: Client, answers: Feature, threshold: str) -> None:
    answer = demand(page, expected=f"off drop {threshold}")
    assert answer.status_code == 422
    assert "What this form began from is missing" in said(answer)
    assert policy_of(answers) == OFF


def test_of_two_at_once_the_second_is_told_and_loses_nothing(page: Client, answers: Feature) -> None:
    began = expected(page, GROUNDING)
    declare_grounding(answers, mode=Mode.ANNOTATE, by=SYSTEM)
    answer = demand(page, mode="off", unverified="refuse", expected=began)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert f"Changed while you were here. {SYSTEM.label} changed it at" in said(answer)
    assert "Answers from sources Off → Annotated" in said(answer)
    assert re.findall(r'value="(\w+)" checked', shown) == ["annotate", "refuse"]
    assert policy_of(answers) == Policy(Mode.ANNOTATE)


def test_a_threshold_that_was_set_meanwhile_stays(page: Client, answers: Feature) -> None:
    began = expected(page, GROUNDING)
    declare_grounding(answers, mode=Mode.OFF, min_confidence=Decimal("0.7"), by=SYSTEM)
    answer = demand(page, expected=began)
    assert answer.status_code == 409
    assert "Somebody else changed it." in said(answer)
    assert "Threshold 0 → 0.7" in said(answer)
    assert demand(page).status_code == 302
    assert policy_of(answers) == Policy(Mode.ENFORCE, 0.7)


def test_the_last_change_is_put_back_but_for_the_threshold(page: Client, answers: Feature) -> None:
    demand(page)
    declare_grounding(answers, mode=Mode.ENFORCE, min_confidence=Decimal("0.7"), by=SYSTEM)
    assert "Answers from sources Off → Enforced" in said(page.get(SETTINGS))
    undo(page, "grounding")
    assert policy_of(answers) == Policy(Mode.OFF, 0.7)


def test_what_was_changed_again_is_not_put_back(page: Client, answers: Feature, operator: Tenant) -> None:
    demand(page)
    first = AuditEntry.objects.of(operator).latest("seq").seq
    demand(page, mode="annotate")
    answer = page.post(f"{SETTINGS}undo/grounding/", {"change": str(first)}, follow=True)
    assert "Not put back: Answer assistant was changed meanwhile." in said(answer)
    assert policy_of(answers) == Policy(Mode.ANNOTATE)


def test_without_a_change_nothing_is_put_back(page: Client, answers: Feature) -> None:
    assert "Not put back" in said(page.post(f"{SETTINGS}undo/response_cache/", {"change": "1"}, follow=True))
    assert page.post(f"{SETTINGS}undo/name/", {"change": "1"}).status_code == 404


def test_answers_are_kept_for_an_hour_and_no_longer_after_undo(page: Client, answers: Feature) -> None:
    page.post(KEEPING, {"seconds": "3600", "expected": "0"})
    assert seconds_kept(answers) == 3600
    assert "Answers are kept for 0 s → 3,600 s" in said(page.get(SETTINGS))
    undo(page, "response_cache")
    assert seconds_kept(answers) == 0


@pytest.mark.parametrize("seconds", ["", "-1", "an hour", "604801", "²"])
def test_a_time_that_is_none_is_told(page: Client, answers: Feature, seconds: str) -> None:
    answer = page.post(KEEPING, {"seconds": seconds, "expected": "0"})
    assert answer.status_code == 422
    assert "Enter a whole number from 0 to 604,800." in said(answer)
    assert seconds_kept(answers) == 0


def test_another_time_that_was_set_meanwhile_is_told(page: Client, answers: Feature) -> None:
    declare_caching(answers, seconds=60, by=SYSTEM)
    answer = page.post(KEEPING, {"seconds": "3600", "expected": "0"})
    assert answer.status_code == 409
    assert "Answers are kept for 0 s → 60 s" in said(answer)
    assert 'value="3600"' in answer.content.decode()
    assert seconds_kept(answers) == 60


def test_kept_answers_are_forgotten(page: Client, answers: Feature, operator: Tenant) -> None:
    page.post(FORGET)
    assert ResponseCache.objects.get(feature=answers).generation == 1
    assert AuditEntry.objects.of(operator).latest("seq").action == "response_cache.forgotten"


def test_who_may_not_change_reads(client: Client, manager: User, answers: Feature) -> None:
    client.force_login(manager)
    enforce(answers)
    shown = client.get(SETTINGS)
    assert "A claim without a quote that holds: leave it out." in said(shown)
    assert "None is kept." in said(shown)
    assert "<form method" not in shown.content.decode().split("<main")[1]
    assert policy_of(answers) == Policy(Mode.ENFORCE)


@pytest.mark.parametrize("place", [GROUNDING, KEEPING, FORGET, f"{SETTINGS}undo/grounding/"])
def test_nor_can_they_send_a_change(client: Client, manager: User, answers: Feature, place: str) -> None:
    client.force_login(manager)
    assert client.post(place, {"mode": "enforce", "unverified": "drop", "seconds": "9"}).status_code == 403
    assert (policy_of(answers), seconds_kept(answers)) == (OFF, 0)


def test_confidence_leads_there(page: Client, answers: Feature) -> None:
    measured_run(answers, good())
    assert f'<a href="{SETTINGS}">Let it enforce</a>' in page.get(PAGE).content.decode()
    assert f'href="{SETTINGS}"' in page.get(LIST).content.decode()


def test_a_feature_that_is_not_there_has_none(page: Client, operator: Tenant) -> None:
    assert page.get("/confidence/nowhere/settings/").status_code == 404
