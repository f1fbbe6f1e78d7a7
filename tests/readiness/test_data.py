"""Items 1 to 3."""

from datetime import timedelta

import pytest

from integrations.faults import Health
from integrations.models import Connection
from readiness.evidence import State
from tenants.models import Feature, Tenant
from tests.conftest import NOW
from tests.integrations.factories import make_connection
from tests.readiness.factories import ask


@pytest.fixture
def connection(acme: Tenant) -> Connection:
    return make_connection(acme, "https://erp.acme.example")


def found_by_a_test(connection: Connection, health: Health = Health.OK, *, ago: timedelta = timedelta(hours=1)) -> None:
    Connection.objects.filter(pk=connection.pk).update(
        health=health, health_says="The key is root's, not aiops's.", checked_at=NOW - ago
    )


def test_without_a_connection_nobodys_rights_are_known(answers: Feature) -> None:
    assert ask(1, answers).state is State.NOT_MEASURED


def test_a_connection_that_was_never_tried_proves_nothing(answers: Feature, connection: Connection) -> None:
    found = ask(1, answers)
    assert found.state is State.NOT_MEASURED
    assert found.sentence == "1 connection was never tried: nobody knows with whose rights it asks."


def test_one_that_was_tried_today_and_acts_as_the_tenants_user_does(answers: Feature, connection: Connection) -> None:
    found_by_a_test(connection)
    found = ask(1, answers)
    assert found.state is State.MET
    assert found.proofs[0].url == "/connections/"


def test_one_that_was_tried_yesterday_is_stale(answers: Feature, connection: Connection) -> None:
    found_by_a_test(connection, ago=timedelta(hours=40))
    assert ask(1, answers).state is State.STALE


def test_a_key_of_somebody_else_is_named(answers: Feature, connection: Connection) -> None:
    found_by_a_test(connection, Health.WRONG_USER)
    found = ask(1, answers)
    assert found.state is State.NOT_MET
    assert found.sentence == "Acme Robotics's Tryton of Acme Robotics: The key is root's, not aiops's."


@pytest.mark.parametrize("number", [2, 3])
def test_what_this_version_cannot_measure_is_no_pass(answers: Feature, number: int) -> None:
    assert ask(number, answers).state is State.NOT_MEASURED
