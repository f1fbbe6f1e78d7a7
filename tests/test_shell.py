"""What stands around every page, by who looks at it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from aiops.shell import Shell
from aiops.tabs import MOST
from killswitch import sweeping
from tenants.models import Process, Role, Tenant, User
from tenants.scope import scope
from tests.api.test_health import beat
from tests.api.test_stops import make_gateway
from tests.factories import make_user
from tests.prompts.factories import make_plan, make_version


def shell_of(person: User, path: str = "/prompts/") -> Shell:
    request = RequestFactory().get(path)
    request.user = person
    return Shell(request)


def labels(links: object) -> list[str]:
    return [link.label for link in links]  # type: ignore[attr-defined]  # as the shell lists them


def test_a_phones_bar_has_room_for_five(engineer: User) -> None:
    shell = shell_of(engineer)
    assert labels(shell.tabs) == ["Switches", "Calls", "Evals", "Prompts"]
    assert labels(shell.more) == [
        "Ledger", "Audit log", "Drift", "Chains", "Confidence",
        "Spend", "Budgets", "Readiness", "Connections", "Account",
    ]  # fmt: skip
    assert len(shell.tabs) < MOST


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.SUPPORT, ["Switches", "Calls", "Chains", "Ledger"]),
        (Role.MANAGER, ["Switches", "Spend", "Budgets", "Readiness"]),
        (Role.AUDITOR, ["Switches", "Audit log", "Calls", "Readiness"]),
        (Role.ADMIN, ["Switches", "Calls", "Prompts", "Spend"]),
    ],
)
def test_it_holds_what_a_role_needs_most(operator: Tenant, role: Role, expected: list[str]) -> None:
    assert labels(shell_of(make_user("somebody@operator.example", role, operator)).tabs) == expected


def test_what_somebody_may_not_see_gives_its_place_to_another(acme: Tenant) -> None:
    shell = shell_of(make_user("support@acme.example", Role.SUPPORT, acme))
    assert labels(shell.tabs) == ["Switches", "Calls", "Ledger", "Audit log"]


def test_who_sees_few_pages_has_them_all_in_it(viewer: User) -> None:
    shell = shell_of(viewer)
    assert labels(shell.tabs) == labels(shell.links) == ["Switches", "Calls", "Spend", "Budgets", "Account"]
    assert shell.more == []


def test_the_page_that_is_open_is_marked_also_under_more(engineer: User) -> None:
    assert not shell_of(engineer).is_under_more
    assert shell_of(engineer, "/audit/").is_under_more


@pytest.mark.parametrize("path", ["/prompts/", "/parts/part/", "/planned-releases/", "/prompt-environments/eu/"])
def test_prompts_are_marked_on_all_their_pages(engineer: User, path: str) -> None:
    assert [link.label for link in shell_of(engineer, path).links if link.is_current] == ["Prompts"]


def test_what_is_the_operators_is_not_offered_to_an_admin_of_one_tenant(client: Client, acme: Tenant) -> None:
    boss = make_user("boss@acme.example", Role.ADMIN, acme)
    assert "Prompts" not in labels(shell_of(boss).links)
    client.force_login(boss)
    assert "Prompts" not in client.get("/find/?q=pro").content.decode()


def test_releases_to_approve_are_counted_wherever_the_page_is_made(engineer: User, acme: Tenant) -> None:
    make_plan(make_version(), tenant=acme, asked_by_kind="user", asked_by_id="somebody else")
    with scope(()):
        [prompts] = [link for link in shell_of(engineer).links if link.label == "Prompts"]
    assert (prompts.count, prompts.counted) == (1, "waiting for your approval")


def test_every_page_tells_the_operators_people_what_is_wrong(
    client: Client, engineer: User, viewer: User, settings: Settings, tmp_path: Path
) -> None:
    settings.AIOPS_HOME = tmp_path
    make_gateway("gateway-1", stops_revision=0)
    full = make_gateway("gateway-2", stops_revision=0)
    Process.objects.filter(pk=full.pk).update(faults=["the journal is full: calls are refused"])
    told = [trouble.told for trouble in shell_of(engineer).troubles]
    assert "gateway-2: the journal is full: calls are refused. aiops doctor says why." in told
    assert not shell_of(engineer).is_down
    assert shell_of(viewer).troubles == []
    client.force_login(engineer)
    assert "the journal is full" in client.get("/account/").content.decode()


def test_when_all_is_well_nothing_is_said(engineer: User, settings: Settings, tmp_path: Path) -> None:
    settings.AIOPS_HOME = tmp_path
    make_gateway("gateway-1", stops_revision=0)
    beat(tmp_path)
    sweeping.tell(at=datetime.now(UTC))
    assert shell_of(engineer).troubles == []


def test_when_no_gateway_answers_it_is_an_alarm_with_what_follows(
    client: Client, engineer: User, settings: Settings, tmp_path: Path
) -> None:
    settings.AIOPS_HOME = tmp_path
    beat(tmp_path, at=datetime.now(UTC) - timedelta(minutes=1))
    client.force_login(engineer)
    assert "No gateway is running: no call gets through." in client.get("/account/").content.decode()
    gone = make_gateway("gateway-1", stops_revision=0)
    Process.objects.filter(pk=gone.pk).update(seen_at=datetime.now(UTC) - timedelta(minutes=1))
    shown = client.get("/account/").content.decode()
    assert "0 of 1 gateways answering: no call gets through. aiops doctor says why." in shown
    assert 'class="note bad" role="alert"' in shown
    assert "What was spent since is not in Spend and Budgets yet." in shown
    make_gateway("gateway-2", stops_revision=0)
    shown = client.get("/account/").content.decode()
    assert "1 of 2 gateways answering: calls sent to the rest get no answer." in shown
    assert 'class="note warn">' in shown
