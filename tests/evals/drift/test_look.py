"""After each canary: what left its baseline is raised once, and again only when it goes on after somebody looked."""

from datetime import UTC, datetime

import pytest

from evals.models import DriftAlarm, SuiteVersion
from evals.services import close_alarm
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import AuditEntry
from tests.evals.drift.factories import DAY, Day, ask, calm
from tests.prompts.factories import make_version

DROPPED = Day(passed=80)


def told(alarms: list[DriftAlarm]) -> list[tuple[str, str]]:
    return [(alarm.signal, alarm.detail) for alarm in alarms]


def test_calm_canaries_raise_nothing(suite: SuiteVersion, head: PromptVersion) -> None:
    assert ask(suite, head, calm(60)) == []


def test_a_drop_is_raised_once_in_words(suite: SuiteVersion, head: PromptVersion) -> None:
    assert told(ask(suite, head, [*calm(), DROPPED, DROPPED, DROPPED])) == [
        ("pass_rate", "Pass rate went down: 80.0%, usually 90.0%.")
    ]


def test_another_model_is_raised_at_once_also_without_a_baseline(suite: SuiteVersion, head: PromptVersion) -> None:
    raised = told(ask(suite, head, [Day(), Day(model="mini-2")]))
    assert raised == [("model", "The provider answers as mini-2, which it never did before.")]


def test_a_further_model_is_told_in_the_alarm_that_is_open(suite: SuiteVersion, head: PromptVersion) -> None:
    days = [Day(), Day(model="mini-2"), Day(model="mini-2"), Day(measured=0), Day(model="mini-3"), Day()]
    (alarm,) = ask(suite, head, days)
    alarm.refresh_from_db()
    assert alarm.detail == (
        "The provider answers as mini-2, which it never did before."
        " Then it answered as mini-3. Then it answered as mini."
    )


@pytest.mark.parametrize(
    ("model", "told_of_it"),
    [
        ("mini-3", ["The provider answers as mini-3, which it never did before."]),
        ("mini", ["The provider answers as mini again."]),
        ("mini-2", []),
    ],
)
def test_after_closing_every_other_name_is_raised_anew(
    suite: SuiteVersion, head: PromptVersion, model: str, told_of_it: list[str]
) -> None:
    (alarm,) = ask(suite, head, [Day(), Day(model="mini-2")], until=datetime.now(UTC) - DAY)
    assert close_alarm(alarm, by=SYSTEM, at=datetime.now(UTC))
    assert [each.detail for each in ask(suite, head, [Day(model=model)])] == told_of_it


def test_however_many_names_however_long_the_alarm_can_be_kept(suite: SuiteVersion, head: PromptVersion) -> None:
    (alarm,) = ask(suite, head, [Day(model=f"{number}" * 300) for number in range(9)])
    alarm.refresh_from_db()
    assert len(alarm.detail) <= 500
    assert alarm.detail.endswith(f"Then it answered as {'8' * 149}….")


def test_a_canary_of_which_too_little_was_measured_says_nothing(suite: SuiteVersion, head: PromptVersion) -> None:
    assert ask(suite, head, [*calm(), Day(passed=40, measured=90), Day(measured=0)]) == []


def test_what_was_closed_comes_back_only_when_it_goes_on(suite: SuiteVersion, head: PromptVersion) -> None:
    now = datetime.now(UTC)
    (alarm,) = ask(suite, head, [*calm(), DROPPED, DROPPED], until=now - 20 * DAY)
    assert close_alarm(alarm, by=SYSTEM, at=now - 20 * DAY)
    assert ask(suite, head, calm(10), until=now - 10 * DAY) == []
    (again,) = ask(suite, head, [DROPPED, DROPPED], until=now)
    assert (again.signal, again.pk != alarm.pk) == ("pass_rate", True)


def test_another_version_begins_anew(suite: SuiteVersion, head: PromptVersion) -> None:
    ask(suite, head, calm())
    assert ask(suite, make_version("Be brief."), [DROPPED] * 10) == []


def test_closing_is_settled_once_and_audited(suite: SuiteVersion, head: PromptVersion, now: datetime) -> None:
    (alarm,) = ask(suite, head, [*calm(), DROPPED, DROPPED])
    assert close_alarm(alarm, note="they changed the model", by=SYSTEM, at=now)
    assert not close_alarm(alarm, by=SYSTEM, at=now + DAY)
    alarm.refresh_from_db()
    assert (alarm.closed_at, alarm.closed_by) == (now, SYSTEM.label)
    entry = AuditEntry.objects.get(action="drift.closed")
    assert entry.object == "welcome"
    assert "they changed the model" in (entry.payload or "")
