"""A threshold set and taken back from the page."""

from decimal import Decimal

import pytest
from django.test import Client

from evals import services
from evals.models import Calibration
from gateway.grounding.policy import Mode
from gateway.services import declare_grounding
from tenants.actors import SYSTEM
from tenants.models import Feature
from tests.evals.calibration.asking import PAGE, enforce
from tests.evals.calibration.loop import AT, good, measured_run
from tests.evals.pages.asking import said
from tests.prompts.factories import make_release, make_version


def test_a_threshold_is_used_and_taken_back(page: Client, answers: Feature) -> None:
    enforce(answers, "0.25")
    run = measured_run(answers, good())
    shown = said(page.post(f"{PAGE}use/", {"run": run.pk, "target": "2"}, follow=True))
    assert "Set: Answer assistant refuses answers less sure than 0.4001." in shown
    assert services.policy_of(answers).min_confidence == 0.4001
    row = Calibration.objects.get()
    shown = said(page.post(f"{PAGE}undo/{row.pk}/", follow=True))
    assert "Undone: the threshold is 0.25 again." in shown
    assert services.policy_of(answers).min_confidence == 0.25


def test_set_the_page_keeps_run_and_target(page: Client, answers: Feature) -> None:
    run = measured_run(answers, good())
    used = page.post(f"{PAGE}use/", {"run": run.pk, "target": "5"})
    assert used.headers["location"] == f"{PAGE}?run={run.pk}&target=5"
    # Also opened anew: the target in force is the one to begin with.
    shown = said(page.get(PAGE))
    assert "At most 5% wrong answers" in shown
    assert "Use this threshold" not in shown


def test_of_two_people_the_later_is_told_what_the_other_set(page: Client, answers: Feature) -> None:
    enforce(answers)
    run = measured_run(answers, good())
    assert 'name="instead_of" value="0"' in page.get(PAGE).content.decode()
    services.use(run, target=Decimal("0.02"), by=SYSTEM, at=AT)
    late = page.post(f"{PAGE}use/", {"run": run.pk, "target": "10", "instead_of": "0"})
    assert late.status_code == 409
    assert f"{SYSTEM.label} has set the threshold to 0.4001: look again." in said(late)
    assert services.policy_of(answers).min_confidence == 0.4001


@pytest.mark.parametrize(("mode", "told"), [(Mode.ANNOTATE, "only annotates"), (Mode.OFF, "does not check answers")])
def test_what_does_not_enforce_is_not_said_to_refuse(page: Client, answers: Feature, mode: Mode, told: str) -> None:
    declare_grounding(answers, mode=mode, by=SYSTEM)
    run = measured_run(answers, good())
    shown = said(page.post(f"{PAGE}use/", {"run": run.pk, "target": "2"}, follow=True))
    assert f"Set: Answer assistant {told}, so it refuses nothing yet; once it enforces, it will refuse" in shown


def test_no_threshold_before_is_told_as_none(page: Client, answers: Feature) -> None:
    enforce(answers)
    run = measured_run(answers, good())
    assert "Threshold in force None" in said(page.get(PAGE))
    page.post(f"{PAGE}use/", {"run": run.pk, "target": "2"})
    assert "before it there was none" in said(page.get(PAGE))
    shown = said(page.post(f"{PAGE}undo/{Calibration.objects.get().pk}/", follow=True))
    assert "Undone: there is no threshold again." in shown


def test_a_threshold_of_0_is_said_to_refuse_nothing(page: Client, answers: Feature) -> None:
    enforce(answers, "0.5")
    run = measured_run(answers, good(100, 0))
    shown = said(page.post(f"{PAGE}use/", {"run": run.pk, "target": "2"}, follow=True))
    assert "Set: Answer assistant refuses no answer as unsure." in shown
    assert "Threshold in force 0 " in shown


def test_what_is_not_live_needs_a_reason(page: Client, answers: Feature) -> None:
    run = measured_run(answers, good())
    make_release(make_version("Be kind and brief."))
    assert "Why it is used all the same" in said(page.get(PAGE))
    shown = said(page.post(f"{PAGE}use/", {"run": run.pk, "target": "2"}, follow=True))
    assert "Nothing was changed. It is not of what is live: calibrated on v1, live is v2." in shown
    # Nor is a calibration kept that was made only to be used.
    assert not Calibration.objects.exists()
    refused = page.post(f"{PAGE}use/", {"run": run.pk, "target": "2", "reason": "as typed"})
    assert refused.status_code == 409
    assert ">as typed</textarea>" in refused.content.decode()
    page.post(f"{PAGE}use/", {"run": run.pk, "target": "2", "reason": "only the greeting differs"})
    assert services.policy_of(answers).min_confidence == 0.4001
    assert "“only the greeting differs”" in said(page.get(PAGE))


def test_what_cannot_be_used_changes_nothing(page: Client, answers: Feature) -> None:
    assert "No run has measured it yet." in said(page.post(f"{PAGE}use/", {"target": "2"}, follow=True))
    run = measured_run(answers, good(10, 0))
    shown = said(page.post(f"{PAGE}use/", {"run": run.pk, "target": "2"}, follow=True))
    assert "Nothing was changed. There is no threshold to set." in shown


def test_what_is_not_in_force_is_not_undone(page: Client, answers: Feature) -> None:
    row = services.calibrate(measured_run(answers, good()), target=Decimal("0.02"), by=SYSTEM, at=AT)
    assert "Nothing was changed. This threshold is not in force" in said(
        page.post(f"{PAGE}undo/{row.pk}/", follow=True)
    )
