"""What the demo's people said of its features."""

from concurrent.futures import Future

import pytest

from aiops.demo.cast import PROVIDER
from aiops.demo.readiness import speak
from aiops.demo.staff import Ensured
from gateway.models import Provider
from readiness.evidence import State
from readiness.models import Attestation, ItemException
from readiness.standing import FeatureStanding, standings
from tenants.actors import Actor
from tenants.models import AuditEntry, Feature, Role, User
from tests.conftest import NOW
from tests.factories import actor_of, make_feature


def arrived(person: User) -> Future[Actor]:
    found: Future[Actor] = Future()
    found.set_result(actor_of(person))
    return found


@pytest.fixture
def staff(engineer: User, manager: User, admin: User) -> Ensured:
    people = {Role.ENGINEER: engineer, Role.MANAGER: manager, Role.ADMIN: admin}
    return Ensured({}, {role: arrived(person) for role, person in people.items()})


@pytest.fixture
def ranking(staff: Ensured) -> Feature:
    """Of the demo, after its people spoke."""
    Provider.objects.create(slug=PROVIDER, name=PROVIDER, base_url="https://simulator.example/v1")
    found = make_feature("search-ranking")
    speak(staff, until=NOW)
    return found


def of(feature: Feature) -> FeatureStanding:
    [found] = standings([feature], at=NOW)
    return found


def test_five_items_are_met_by_word_and_one_of_them_ends_soon(ranking: Feature) -> None:
    found = of(ranking)
    assert [each.item.number for each in found.items if each.state is State.MET] == [19, 21, 23, 24, 25]
    assert [each.item.number for each in found.ending(NOW.date())] == [19]


def test_one_is_waived_by_two_people_and_another_waits_for_the_second(ranking: Feature) -> None:
    found = {each.item.number: each for each in of(ranking).items}
    assert found[2].state is State.WAIVED
    waits = found[14].exception
    assert waits is not None
    assert not waits.is_agreed


def test_what_was_said_is_not_said_again(ranking: Feature, staff: Ensured) -> None:
    before = (Attestation.objects.count(), ItemException.objects.count(), AuditEntry.objects.count())
    speak(staff, until=NOW)
    assert (Attestation.objects.count(), ItemException.objects.count(), AuditEntry.objects.count()) == before
