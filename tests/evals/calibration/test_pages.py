"""The Confidence pages."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client

from costs.records import Outcome
from evals import services
from evals.models import Run
from evals.services import push_suite
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant, User
from tests.costs.factories import GROUNDING, make_finished, make_opened, record
from tests.evals.calibration.asking import LIST, PAGE, enforce
from tests.evals.calibration.loop import AT, case, good, grounded_suite, measured_run
from tests.evals.factories import make_suite
from tests.evals.pages.asking import said
from tests.prompts.factories import make_release, make_version


def answered(tenant: Tenant, feature: Feature, *sure: str, refusal: str = "") -> None:
    """Calls of customers, just now."""
    now = datetime.now(UTC)
    calls = [
        make_finished(
            make_opened(at=now, tenant=tenant.pk, feature=feature.pk),
            grounding=GROUNDING._replace(confidence=Decimal(each), refusal=refusal),
            outcome=Outcome.OK,
        )
        for each in sure
    ]
    record(*calls, at=now)


def test_the_list_says_what_is_not_calibrated(page: Client, answers: Feature, drafts: Feature) -> None:
    enforce(answers, "0.5")
    shown = said(page.get(LIST))
    assert "Answer assistant Grounding Enforced Threshold 0.5 Calibrated Not calibrated set by hand" in shown
    assert "Draft replies Grounding Off" in shown
    assert shown.index("Answer assistant") < shown.index("Draft replies")


def test_the_list_says_where_a_threshold_comes_from_and_what_it_refuses(
    page: Client, answers: Feature, acme: Tenant
) -> None:
    enforce(answers)
    services.use(measured_run(answers, good()), target=Decimal("0.02"), by=SYSTEM, at=AT)
    answered(acme, answers, "0.9", "0.8", "0.7")
    answered(acme, answers, "0.2", refusal="low_confidence")
    shown = said(page.get(LIST))
    assert "Threshold 0.4001 Calibrated Calibrated at most 2% wrong, by welcome," in shown
    assert "25% 1 of 4 Why not sure enough 1" in shown


def test_the_list_says_what_is_old(page: Client, answers: Feature) -> None:
    services.use(measured_run(answers, good()), target=Decimal("0.02"), by=SYSTEM, at=AT)
    make_release(make_version("Be kind and brief."))
    shown = said(page.get(LIST))
    assert "Old at most 2% wrong" in shown
    assert "Calibrated on v1, live is v2." in shown


def test_without_a_run_the_page_says_how_to_get_one(page: Client, answers: Feature) -> None:
    shown = said(page.get(PAGE))
    assert "Not measured yet" in shown
    assert "$ aiops calibrate answers --suite SUITE --target 2% --ask" in shown


def test_the_command_names_a_suite_that_measures_and_no_other(page: Client, answers: Feature, drafts: Feature) -> None:
    make_release(make_version())
    push_suite(grounded_suite(case("a", "How?", "30"), name="a-style", prompt="welcome"), by=SYSTEM, at=AT)
    assert "--suite SUITE --target" in said(page.get(PAGE))
    measured_run(drafts, good(), name="measures")
    assert "--suite measures --target" in said(page.get(PAGE))


def test_the_command_names_the_prompt_of_a_suite_that_is_asked_of_anothers(
    page: Client, answers: Feature, drafts: Feature
) -> None:
    measured_run(drafts, good())
    Run.objects.update(prompt=make_version(name="replies").prompt)
    assert "--suite welcome --prompt replies --target" in said(page.get(PAGE))


def test_the_page_says_the_sentence_first(page: Client, answers: Feature) -> None:
    measured_run(answers, good(), refused=20)
    shown = said(page.get(PAGE))
    assert "At most 2% wrong answers: you answer 79.2%. Threshold 0.4001, from 120 cases" in shown
    assert "The model refused 20." in shown
    assert "Use this threshold: 0.4001" in shown


def test_another_target_says_something_else(page: Client, answers: Feature) -> None:
    measured_run(answers, good())
    assert "At most 10% wrong answers: you answer 100%." in said(page.get(f"{PAGE}?target=10"))
    assert "At most 0.5% wrong answers cannot be proven from 100 cases" in said(page.get(f"{PAGE}?target=0.5"))


def test_a_decimal_comma_is_read(page: Client, answers: Feature) -> None:
    measured_run(answers, good())
    assert "At most 2.5% wrong answers" in said(page.get(PAGE, {"target": "2,5"}))


@pytest.mark.parametrize("target", ["much", "0", "100", "-3", "1e9", "0.001", "NaN"])
def test_a_target_that_is_none_is_told(page: Client, answers: Feature, target: str) -> None:
    measured_run(answers, good())
    response = page.get(PAGE, {"target": target})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_a_run_that_is_not_there_is_not_there(page: Client, answers: Feature) -> None:
    measured_run(answers, good())
    assert page.get(f"{PAGE}?run=00000000-0000-0000-0000-000000000001").status_code == 404
    assert page.get(f"{PAGE}?run=that").status_code == 404


def test_pictures_say_what_they_show(page: Client, answers: Feature) -> None:
    measured_run(answers, good())
    shown = page.get(PAGE).content.decode()
    finding = "Answering all that the model does not refuse, 100%, 5% of it is wrong; answering 95%, 0%."
    assert f'aria-label="Risk and coverage. {finding}"' in shown
    assert 'aria-label="Reliability: confidence and being right are 11.5% apart on average."' in shown
    assert "<polyline" in shown


def test_what_it_would_have_changed_is_said(page: Client, answers: Feature, acme: Tenant, admin: User) -> None:
    enforce(answers)
    measured_run(answers, good())
    answered(acme, answers, "0.9", "0.9", "0.9", "0.3")
    shown = said(page.get(PAGE))
    assert "Of the last 7 days’ 4 answers from sources, 1 (25%) that was given would have been refused." in shown


def test_one_that_would_refuse_most_is_no_calm_button_once_it_is_enforced(
    page: Client, answers: Feature, acme: Tenant
) -> None:
    measured_run(answers, good())
    answered(acme, answers, "0.9", "0.3", "0.2")
    assert "Most questions would get no answer." not in said(page.get(PAGE))
    enforce(answers)
    shown = page.get(PAGE).content.decode()
    assert "2 (66.7%) that were given would have been refused." in shown
    assert "Most questions would get no answer." in shown
    assert '<button class="btn big stop"' in shown


def test_fewer_would_have_been_refused_by_a_lower_one(page: Client, answers: Feature, acme: Tenant) -> None:
    enforce(answers, "0.8")
    measured_run(answers, good())
    answered(acme, answers, "0.9")
    answered(acme, answers, "0.6", refusal="low_confidence")
    shown = said(page.get(PAGE))
    assert "Of the last 7 days’ 2 answers from sources, 1 (50%) that was refused would have been given." in shown


def test_of_what_is_not_enforced_it_says_that_nothing_is_refused(page: Client, answers: Feature) -> None:
    measured_run(answers, good())
    shown = said(page.get(PAGE))
    assert "Nothing is refused by it until the feature enforces grounding: it is off now." in shown
    assert "what it would have changed is not known" in shown


def test_suites_without_sources_are_not_offered(page: Client, answers: Feature) -> None:
    make_release(make_version())
    make_suite()
    shown = said(page.get(PAGE))
    assert "No suite brings sources to answer from" in shown
    push_suite(grounded_suite(case("a", "How?", "30"), name="help", prompt="welcome"), by=SYSTEM, at=AT)
    shown = page.get(PAGE).content.decode()
    assert 'value="help:welcome"' in shown
    assert 'value="welcome:welcome"' not in shown


def test_another_features_calibration_is_not_there(page: Client, answers: Feature, drafts: Feature) -> None:
    row = services.use(measured_run(answers, good()), target=Decimal("0.02"), by=SYSTEM, at=AT)
    assert page.post(f"/confidence/drafts/undo/{row.pk}/").status_code == 404


def test_a_suite_is_asked_from_the_page(page: Client, answers: Feature) -> None:
    measured_run(answers, good())
    shown = said(page.post(f"{PAGE}ask/", {"suite": "welcome"}, follow=True))
    assert "welcome is asked now" in shown
    run = Run.objects.running().get()
    assert (run.kind, run.stands_for, run.results.count()) == ("confidence", answers, 100)
    follow = {"run": str(run.pk)}
    moving = page.get(PAGE, follow, headers={"HX-Request": "true", "HX-Target": "running"})
    assert "answers are there" in said(moving)
    assert "every 2s" in moving.content.decode()
    Run.objects.filter(pk=run.pk).update(state=Run.State.FINISHED, ended_at=AT)
    ended = page.get(PAGE, follow, headers={"HX-Request": "true", "HX-Target": "running"})
    assert "welcome has answered. See what it says now" in said(ended)
    assert "every 2s" not in ended.content.decode()


@pytest.mark.parametrize("run", ["x", "", str(UUID(int=1))])
def test_nothing_moves_of_a_run_that_is_not_there(page: Client, answers: Feature, run: str) -> None:
    headers = {"HX-Request": "true", "HX-Target": "running"}
    assert page.get(PAGE, {"run": run}, headers=headers).status_code == 404


def test_what_was_asked_before_can_be_asked_again_also_of_another_prompt(page: Client, answers: Feature) -> None:
    measured_run(answers, good())
    make_release(make_version("Be short.", name="other"))
    page.post(f"{PAGE}ask/", {"suite": "welcome:other"})
    assert str(Run.objects.running().get().prompt) == "other"
    Run.objects.running().update(state=Run.State.FINISHED, ended_at=AT)
    shown = page.get(PAGE).content.decode()
    assert '<option value="welcome:welcome">welcome</option>' in shown
    assert '<option value="welcome:other">welcome, asked of other</option>' in shown


def test_a_suite_without_sources_is_told(page: Client, answers: Feature) -> None:
    make_release(make_version())
    make_suite()
    shown = said(page.post(f"{PAGE}ask/", {"suite": "welcome"}, follow=True))
    assert "Nothing was asked. No case of welcome has a variable `sources`" in shown


def test_a_suite_that_is_not_there_is_not_there(page: Client, answers: Feature) -> None:
    from_nothing = page.post(f"{PAGE}ask/", {"suite": "welcome"})
    assert from_nothing.status_code == 404


def test_the_curve_can_be_taken_away(page: Client, answers: Feature) -> None:
    run = measured_run(answers, good(), refused=20)
    response = page.get(f"{PAGE}curve.csv?run={run.pk}&target=2")
    first, *lines = response.getvalue().decode().splitlines()
    rows = list(csv.DictReader(lines))
    assert first.startswith("# http://testserver/confidence/answers/curve.csv")
    assert [(row["threshold"], row["answered"], row["wrong"]) for row in rows] == [
        ("0.9000", "95", "0"), ("0.4000", "100", "5"),
    ]  # fmt: skip
    assert float(rows[1]["wrong_of_all"]) == pytest.approx(5 / 120)


def test_without_a_run_there_is_no_curve(page: Client, answers: Feature) -> None:
    assert page.get(f"{PAGE}curve.csv").status_code == 404


def test_a_feature_of_the_consoles_own_is_not_there(page: Client, answers: Feature) -> None:
    Feature.objects.filter(pk=answers.pk).update(is_own=True)
    assert page.get(PAGE).status_code == 404
    assert "Answer assistant" not in said(page.get(LIST))


@pytest.mark.parametrize("path", ["use/", "ask/", "undo/00000000-0000-0000-0000-000000000001/"])
def test_what_is_only_sent_leads_back_to_the_page(page: Client, answers: Feature, path: str) -> None:
    assert page.get(f"{PAGE}{path}").headers["location"] == PAGE
    assert page.delete(f"{PAGE}{path}").status_code == 405


def test_support_sees_it_and_sets_nothing(client: Client, support: User, answers: Feature) -> None:
    run = measured_run(answers, good())
    client.force_login(support)
    assert "Use this threshold" not in said(client.get(PAGE))
    assert client.post(f"{PAGE}use/", {"run": run.pk, "target": "2"}).status_code == 403
    assert client.post(f"{PAGE}ask/", {"suite": "welcome"}).status_code == 403


def test_a_customer_sees_none_of_it(client: Client, viewer: User, answers: Feature) -> None:
    client.force_login(viewer)
    assert client.get(LIST).status_code == 403
    assert client.get(PAGE).status_code == 403
