from typing import Any

import pytest

from aiops.cli.remote import Console
from prompts.models import PlannedRelease, PromptVersion, Protection
from prompts.services import protect
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant
from tests.cli.conftest import Aiops, As, printed
from tests.evals.planned import make_green, served
from tests.prompts.factories import AT

RELEASE = ("prompts", "release", "welcome", "--version", "v2", "--environment", "production")


@pytest.fixture
def head(operator: Tenant) -> PromptVersion:
    return make_green()


def test_an_environment_is_protected_listed_and_opened_again(aiops: Aiops) -> None:
    assert aiops("prompts", "protect").stdout.startswith("No environment is protected")
    assert aiops("prompts", "protect", "production", "--second-person").stdout == (
        "production: engineers and admins release, and a second person approves it.\n"
    )
    assert aiops("prompts", "protect", "production", "--role", "admin").stdout == (
        "production: admins release, and a second person approves it.\n"
    )
    (row,) = printed(aiops("prompts", "protect", "--json"))
    assert (row["environment"], row["role"], row["second_person"]) == ("production", "admin", True)
    aiops("prompts", "protect", "production", "--no-second-person")
    assert not Protection.objects.get().second_person
    assert aiops("prompts", "protect", "production", "--off").exit_code == 0
    assert not Protection.objects.exists()


def test_what_another_admin_says_of_it_meanwhile_is_not_taken_back(
    aiops: Aiops, monkeypatch: pytest.MonkeyPatch
) -> None:
    aiops("prompts", "protect", "production")
    send = Console.put

    def beside(console: Console, *arguments: Any, **headers: str) -> Any:
        protect("production", role=Role.ADMIN, by=SYSTEM, at=AT)
        return send(console, *arguments, **headers)

    monkeypatch.setattr(Console, "put", beside)
    told = aiops("prompts", "protect", "production", "--second-person").stdout
    assert told == "production: admins release, and a second person approves it.\n"


@pytest.mark.parametrize("options", [("--off",), ("--role", "admin"), ("production", "--off", "--second-person")])
def test_what_makes_no_sense_together_is_refused(aiops: Aiops, options: tuple[str, ...]) -> None:
    assert aiops("prompts", "protect", *options).exit_code == 2


def test_a_release_is_asked_for_and_approved_by_a_second_person(aiops: Aiops, as_role: As, head: PromptVersion) -> None:
    aiops("prompts", "protect", "production", "--second-person")
    as_role(Role.ENGINEER)
    assert "`aiops prompts release … --ask`" in aiops(*RELEASE).stderr
    said = aiops(*RELEASE, "--ask").stdout
    plan = str(PlannedRelease.objects.get().pk)
    assert said.startswith("Waits for a second person: welcome v2 in production.\n")
    assert f"`aiops prompts approve {plan}`" in said
    assert "a second person approves it" in aiops("prompts", "approve", plan).stderr
    as_role(Role.ADMIN)
    assert [row["id"] for row in printed(aiops("prompts", "planned", "--json"))] == [plan]
    assert aiops("prompts", "approve", plan).stdout == "Released: welcome v2 in production.\n"
    assert served() == "v2"
    assert aiops("prompts", "planned").stdout == "No release is planned.\n"
    assert "welcome" in aiops("prompts", "planned", "--all", terminal_width=200).stdout


def test_one_is_scheduled_and_cancelled(aiops: Aiops, head: PromptVersion) -> None:
    made = printed(aiops(*RELEASE, "--in", "4h", "--json"))
    assert made["state"] == "scheduled"
    assert aiops("prompts", "cancel", made["id"]).stdout == "Cancelled: welcome v2 in production does not go live.\n"


def test_one_is_declined_with_a_reason(aiops: Aiops, as_role: As, head: PromptVersion) -> None:
    aiops("prompts", "protect", "production", "--second-person")
    as_role(Role.ENGINEER)
    made = printed(aiops(*RELEASE, "--ask", "--at", "18:00", "--json"))
    assert aiops("prompts", "decline", made["id"]).exit_code == 2
    declined = aiops("prompts", "decline", made["id"], "--note", "Not today.")
    assert declined.stdout == "Declined: welcome v2 in production does not go live.\n"


@pytest.mark.parametrize(
    "options", [("--at", "soon"), ("--in", "soon"), ("--at", "18:00", "--in", "4h"), ("--ask", "--wait")]
)
def test_a_time_that_cannot_be_is_refused(aiops: Aiops, head: PromptVersion, options: tuple[str, ...]) -> None:
    assert aiops(*RELEASE, *options).exit_code == 2
    assert not PlannedRelease.objects.exists()


def test_an_id_that_is_none_is_refused(aiops: Aiops) -> None:
    assert aiops("prompts", "approve", "v2").exit_code == 2


def test_going_back_says_that_a_planned_release_will_not_come(aiops: Aiops, head: PromptVersion) -> None:
    plan = printed(aiops(*RELEASE, "--in", "4h", "--json"))
    aiops(*RELEASE)
    told = aiops("prompts", "rollback", "welcome", "--environment", "production").stdout
    assert "v2 is planned for 20" in told
    assert "It will not go live. Since it was asked for," in told
    assert f"`aiops prompts cancel {plan['id']}` takes it away." in told
