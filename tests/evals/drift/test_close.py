"""An alarm is closed by whoever looked, once."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from evals.models import DriftAlarm, SuiteVersion
from prompts.models import PromptVersion
from tenants.models import AuditEntry, Role, Tenant, User
from tests.evals.drift.factories import Day, ask, calm
from tests.evals.pages.asking import said
from tests.factories import make_key


@pytest.fixture
def alarm(suite: SuiteVersion, head: PromptVersion) -> DriftAlarm:
    (raised,) = ask(suite, head, [*calm(), Day(passed=80), Day(passed=80)])
    return raised


def of(alarm: DriftAlarm) -> str:
    return f"/drift/alarms/{alarm.pk}/close/"


def test_it_asks_first_and_says_what_closing_means(page: Client, alarm: DriftAlarm) -> None:
    shown = said(page.get(of(alarm)))
    assert "Close the alarm on pass rate?" in shown
    assert "When the drift goes on from here, it is told again." in shown


def test_who_closes_it_is_written_down(page: Client, alarm: DriftAlarm, engineer: User) -> None:
    shown = said(page.post(of(alarm), {"note": "they changed the model"}, follow=True))
    assert "Closed: Pass rate of welcome." in shown
    assert "Nothing new needs a look" in shown
    alarm.refresh_from_db()
    assert alarm.closed_by == engineer.email
    entry = AuditEntry.objects.get(action="drift.closed")
    assert (entry.actor_id, "they changed the model" in (entry.payload or "")) == (str(engineer.pk), True)


def test_whoever_comes_second_is_told_who_was_first(page: Client, alarm: DriftAlarm, engineer: User) -> None:
    page.post(of(alarm))
    shown = said(page.post(of(alarm), follow=True))
    assert f"{engineer.email} closed it before you, at" in shown
    assert AuditEntry.objects.filter(action="drift.closed").count() == 1
    assert f"{engineer.email} closed it at" in said(page.get(of(alarm)))


def test_other_methods_are_refused(page: Client, alarm: DriftAlarm) -> None:
    assert page.delete(of(alarm)).status_code == 405


def test_what_is_not_there_is_not_there(page: Client, alarm: DriftAlarm) -> None:
    assert page.get("/drift/alarms/00000000-0000-0000-0000-000000000001/close/").status_code == 404


def test_what_was_closed_is_watched_anew_on_the_page(
    page: Client, alarm: DriftAlarm, suite: SuiteVersion, head: PromptVersion
) -> None:
    page.post(of(alarm))
    assert "Drifted" not in said(page.get("/drift/"))


ALARMS = "/api/v1/drift-alarms/"


def program(operator: Tenant, role: Role) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(operator, role=role).text}")
    return client


def test_programs_list_and_close_them(operator: Tenant, alarm: DriftAlarm) -> None:
    client = program(operator, Role.ENGINEER)
    (listed,) = client.get(ALARMS, {"state": "open", "suite": "welcome"}).data["results"]
    assert (listed["id"], listed["signal"], listed["closed_at"]) == (str(alarm.pk), "pass_rate", None)
    closed = client.post(f"{ALARMS}{alarm.pk}/close/", {"note": "known"}, format="json").data
    assert (closed["won"], closed["closed_by"] != "") == (True, True)
    again = client.post(f"{ALARMS}{alarm.pk}/close/", {}, format="json").data
    assert (again["won"], again["closed_at"]) == (False, closed["closed_at"])
    assert client.get(ALARMS, {"state": "open"}).data["results"] == []
    assert len(client.get(ALARMS, {"state": "closed"}).data["results"]) == 1


def test_a_program_that_may_only_read_closes_nothing(operator: Tenant, alarm: DriftAlarm) -> None:
    client = program(operator, Role.AUDITOR)
    assert client.get(ALARMS).status_code == 200
    assert client.post(f"{ALARMS}{alarm.pk}/close/").status_code == 403


def test_what_is_not_there_is_not_there_for_programs_either(operator: Tenant) -> None:
    unknown = f"{ALARMS}00000000-0000-0000-0000-000000000001/close/"
    assert program(operator, Role.ENGINEER).post(unknown).status_code == 404
