import pytest
from pytest_django import Settings

from killswitch.models import ResumeWatch, Stop
from tenants.models import Tenant, User
from tests.cli.conftest import Aiops, printed


@pytest.fixture
def stop(aiops: Aiops, acme: Tenant, settings: Settings) -> str:
    settings.AIOPS_MAIL_IS_SET = True
    aiops("stop", "--tenant", "acme", "--reason", "looking")
    return str(Stop.objects.get().pk)


def test_a_person_is_told_when_calls_resume_and_not_after_all(aiops: Aiops, stop: str, support: User) -> None:
    said = aiops("watch", stop, "--user", support.email).stdout
    assert said == f"{support.email} is told when calls resume there.\n"
    assert ResumeWatch.objects.get().user == support
    assert printed(aiops("watch", stop, "--user", support.email, "--json")) == {"stop": stop, "user": support.email}
    assert "is not told of it" in aiops("watch", stop, "--user", support.email, "--off").stdout
    assert not ResumeWatch.objects.exists()


def test_somebody_who_is_not_there_is_not_told(aiops: Aiops, stop: str) -> None:
    refused = aiops("watch", stop, "--user", "nobody@acme.example")
    assert refused.exit_code == 1
    assert "nobody with this e-mail address" in refused.stderr


def test_nothing_to_lift_is_nothing_to_wait_for(aiops: Aiops, acme: Tenant) -> None:
    told = printed(aiops("lift", "--tenant", "acme", "--wait", "--json"))
    assert (told["lifted"], told["revision"], told["confirmations"]) == (False, 0, None)
