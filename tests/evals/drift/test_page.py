"""The Drift page: what needs a look, then every signal with what is usual and what it is now."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from evals.models import DriftAlarm, Suite, SuiteVersion
from prompts.models import PromptVersion
from tenants.models import Tenant, User
from tests.evals.drift.factories import DAY, Day, ask, calm
from tests.evals.factories import make_suite
from tests.evals.pages.asking import said, text
from tests.prompts.factories import make_release, make_version

DRIFT = "/drift/"
DROPPED = Day(passed=80)


def test_without_a_suite_it_says_what_will_appear_and_how(page: Client, operator: Tenant) -> None:
    shown = said(page.get(DRIFT))
    assert "Nothing is watched yet" in shown
    assert "canary: true" in shown
    assert "the first pushes both" in shown
    assert "$ aiops prompts push" in shown
    assert "$ aiops prompts release support-answer --version v1 --environment production" in shown


def test_before_the_first_canary_it_says_when_it_comes(page: Client, suite: SuiteVersion) -> None:
    shown = said(page.get(DRIFT))
    assert "v1 in production · next one due now" in shown
    assert "No canary has run yet. The first is asked within ten minutes." in shown
    assert "Nothing is known yet: no canary has run." in shown
    assert "Nothing needs a look" not in shown
    assert "What is watched" not in shown


def test_while_it_learns_it_says_how_far_it_is(page: Client, suite: SuiteVersion, head: PromptVersion) -> None:
    ask(suite, head, calm(12))
    shown = said(page.get(DRIFT))
    assert shown.count("Calibrating 12 of 30") >= 4
    assert "every hour until 30 have run" in shown
    assert "No number is watched yet: what is usual is learnt from the first 30 canaries" in shown
    assert "1 unchanged" in shown
    assert not re.search(r"\d steady", shown)
    assert "asked the same questions past every cache: every hour until 30 canaries have run, then every day" in shown
    assert "No number is watched until 30 canaries of v1 have run" in shown
    assert "Nothing needs a look" not in shown


def test_a_steady_signal_says_what_is_usual(page: Client, suite: SuiteVersion, head: PromptVersion) -> None:
    ask(suite, head, calm(40))
    shown = said(page.get(DRIFT))
    assert "Pass rate Usually 90.0%, from 87.0% to 93.0%." in shown
    assert "4 steady" in shown
    assert "1 unchanged" in shown
    assert "Drifted" not in shown
    assert 'aria-label="Pass rate: 89.0%. Steady. Usually 90.0%, from 87.0% to 93.0%."' in text(page.get(DRIFT))


def test_what_drifted_stands_first_with_when_and_a_button(
    page: Client, suite: SuiteVersion, head: PromptVersion
) -> None:
    (alarm,) = ask(suite, head, [*calm(), DROPPED, DROPPED])
    shown = said(page.get(DRIFT))
    assert shown.index("Needs a look · 1") < shown.index("Pass rate went down: 80.0%, usually 90.0%.")
    assert "noticed" in shown
    assert "1 drifted" in shown
    assert shown.index("Pass rate Usually") < shown.index("Refusals Usually")
    assert f'href="/drift/alarms/{alarm.pk}/close/">Close alarm…' in text(page.get(DRIFT))
    assert f'href="/evals/runs/{alarm.run_id}/"' in text(page.get(DRIFT))


def test_changes_of_prompt_and_model_are_marked(page: Client, suite: SuiteVersion, head: PromptVersion) -> None:
    now = datetime.now(UTC)
    ask(suite, head, calm(10), until=now - 20 * DAY)
    newer = make_version("Be brief.")
    make_release(newer)
    ask(suite, newer, [*calm(5), *[Day(model="mini-2")] * 5], until=now)
    shown = text(page.get(DRIFT))
    assert shown.count(">since v2</text>") == 5
    assert shown.count(">since model mini-2</text>") == 5
    assert "The provider answers as mini-2, which it never did before." in shown


def test_what_could_not_be_measured_is_said_and_is_no_number(
    page: Client, suite: SuiteVersion, head: PromptVersion
) -> None:
    ask(suite, head, [*calm(), Day(measured=0)])
    shown = said(page.get(DRIFT))
    assert "1 of the newest 31 canaries could not be measured" in shown
    assert "Could not measure" in shown
    assert " 0.0%" not in shown


def test_the_next_canary_is_told(page: Client, suite: SuiteVersion, head: PromptVersion) -> None:
    ask(suite, head, calm(40))
    assert "last canary 12 h ago" in said(page.get(DRIFT))
    due = datetime.now(UTC) + timedelta(hours=12)
    assert f"next one at {due:%-d %b}" in said(page.get(DRIFT))


def test_a_suite_that_is_no_canary_is_not_there(page: Client, suite: SuiteVersion) -> None:
    Suite.objects.update(is_canary=False)
    assert "Nothing is watched yet" in said(page.get(DRIFT))


def test_the_numbers_can_be_taken_away(page: Client, suite: SuiteVersion, head: PromptVersion) -> None:
    ask(suite, head, [*calm(), DROPPED, Day(measured=0)])
    lines = page.get("/drift/welcome/canaries.csv").getvalue().decode().splitlines()
    assert len(lines) == 2 + 32 * 4
    measured = next(line for line in lines if ",pass_rate,0.8," in line)
    assert measured.split(",")[-4:] != ["", "", "", ""]
    assert lines[-4].endswith(",pass_rate,,,,,,")


def test_who_may_only_read_sees_no_button(
    client: Client, support: User, suite: SuiteVersion, head: PromptVersion
) -> None:
    (alarm,) = ask(suite, head, [*calm(), DROPPED, DROPPED])
    client.force_login(support)
    assert "Close alarm" not in text(client.get(DRIFT))
    assert client.get(f"/drift/alarms/{alarm.pk}/close/").status_code == 403
    assert client.post(f"/drift/alarms/{alarm.pk}/close/").status_code == 403
    assert DriftAlarm.objects.get().closed_at is None


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_nobody_of_a_customer_gets_in(client: Client, request: pytest.FixtureRequest, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(DRIFT).status_code == 403


def test_of_many_suites_each_has_its_numbers_on_a_page_of_its_own(
    page: Client, suite: SuiteVersion, head: PromptVersion
) -> None:
    ask(suite, head, calm(3))
    suites = [make_suite(f"other-{number}", prompt="welcome") for number in range(4)]
    assert len({each.suite_id for each in suites}) == 4
    assert 'href="?suite=welcome#welcome">Numbers' in text(page.get(DRIFT))
    assert "Sum down" not in said(page.get(DRIFT))
    alone = said(page.get(DRIFT, {"suite": "welcome"}))
    assert "welcome alone · show all suites" in alone
    assert "Sum down while they lie below" in alone
    assert "other-1" not in alone


def test_an_unknown_suite_is_said_with_a_way_to_all(page: Client, suite: SuiteVersion) -> None:
    shown = page.get(DRIFT, {"suite": "nowhere"})
    assert shown.status_code == 200
    assert "No suite “nowhere” is watched." in said(shown)
    assert 'href="/drift/">Show all suites' in text(shown)


def test_what_was_looked_at_and_goes_on_is_not_steady(page: Client, suite: SuiteVersion, head: PromptVersion) -> None:
    (alarm,) = ask(suite, head, [*calm(), DROPPED, DROPPED])
    page.post(f"/drift/alarms/{alarm.pk}/close/")
    shown = page.get(DRIFT)
    assert "1 looked at" in said(shown)
    assert "Still outside of what is usual. 80.0% Looked at" in said(shown)
    assert "Nothing new needs a look. 1 signal is outside of what is usual" in said(shown)
    assert 'class="last warn"' in text(shown)


def test_what_came_back_after_somebody_looked_is_steady(page: Client, suite: SuiteVersion, head: PromptVersion) -> None:
    now = datetime.now(UTC)
    (alarm,) = ask(suite, head, [*calm(), DROPPED, DROPPED], until=now - 2 * DAY)
    page.post(f"/drift/alarms/{alarm.pk}/close/")
    DriftAlarm.objects.update(closed_at=now - 2 * DAY)
    ask(suite, head, [Day()], until=now)
    assert "4 steady" in said(page.get(DRIFT))


def test_one_odd_canary_is_unusual_and_no_alarm(page: Client, suite: SuiteVersion, head: PromptVersion) -> None:
    assert ask(suite, head, [*calm(), Day(passed=86)]) == []
    shown = said(page.get(DRIFT))
    assert "1 unusual" in shown
    assert "Outside of what is usual, not certain yet." in shown
