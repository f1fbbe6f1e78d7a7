import json

import pytest

from readiness.models import ItemException
from tenants.models import Feature, Role, User
from tests.cli.conftest import Aiops, As, printed
from tests.readiness.factories import make_exception


@pytest.fixture
def ready(answers: Feature, engineer: User, manager: User) -> None:
    for number in range(1, 24):
        make_exception(
            number, engineer, manager, feature=answers, kind=ItemException.Kind.NOT_APPLICABLE, expires_on=None
        )


def test_features_under_the_bar_are_told_with_exit_code_3(aiops: Aiops, answers: Feature) -> None:
    result = aiops("readiness")
    assert result.exit_code == 3
    assert "answers" in result.stdout
    assert result.stderr == ""


def test_features_at_the_bar_are_done(aiops: Aiops, ready: None) -> None:
    assert aiops("readiness").exit_code == 0
    result = aiops("readiness", "--feature", "answers")
    assert (result.exit_code, "Answer assistant: 23 of 26, ready." in result.stdout) == (0, True)


def test_one_feature_under_it_is_enough(aiops: Aiops, ready: None, drafts: Feature) -> None:
    assert aiops("readiness").exit_code == 3
    assert aiops("readiness", "--feature", "answers").exit_code == 0
    result = aiops("readiness", "--feature", "drafts")
    assert (result.exit_code, "Draft replies: 0 of 26, 23 items short of 23." in result.stdout) == (3, True)


def test_programs_get_one_document(aiops: Aiops, ready: None, drafts: Feature) -> None:
    found = printed(aiops("readiness", "--feature", "answers", "--json"))
    assert found["is_at_bar"] is True
    assert len(found["features"][0]["items"]) == 26
    whole = json.loads(aiops("readiness", "--json").stdout)
    assert [each["feature"] for each in whole["features"]] == ["answers", "drafts"]


def test_where_nothing_is_declared_nothing_is_ready(aiops: Aiops) -> None:
    result = aiops("readiness")
    assert (result.exit_code, result.stdout) == (3, "No feature is declared.\n")


def test_a_feature_that_is_not_there_is_refused_and_not_under_the_bar(aiops: Aiops, answers: Feature) -> None:
    result = aiops("readiness", "--feature", "answer")
    assert result.exit_code == 1
    assert "Did you mean answers?" in result.stderr


def test_an_auditor_may_look(aiops: Aiops, as_role: As, answers: Feature) -> None:
    as_role(Role.AUDITOR)
    assert aiops("readiness").exit_code == 3
