"""Two workers, and two people, at the same planned release."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from evals.services import planning
from prompts import services as prompts
from prompts.models import PlannedRelease, Release
from tenants.actors import SYSTEM, Actor
from tenants.models import Role
from tenants.refusals import Conflict, Refused
from tenants.scope import ALL, scope
from tests.evals.factories import AT
from tests.evals.planned import ask, make_green, make_person, protect
from tests.factories import make_operator
from tests.gateway.processes import until
from tests.prompts.factories import make_version

DUE = AT + timedelta(hours=6)


@pytest.fixture
def scheduled(committed: None) -> PlannedRelease:
    with scope(ALL):
        make_operator()
        return ask(make_green(), due_at=DUE, by=make_person("ann"))


@pytest.fixture
def waiting(committed: None) -> PlannedRelease:
    with scope(ALL):
        make_operator()
        head = make_green()
        protect(by=make_person("boss", Role.ADMIN))
        return ask(head, by=make_person("ann"))


def together(*acts: Callable[[], object]) -> list[object]:
    """What each returned, or how it was refused."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(10)
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [*threads.map(run, acts)]


def people() -> tuple[Actor, Actor]:
    with scope(ALL):
        return make_person("ben"), make_person("cleo")


def approving(plan: PlannedRelease, by: Actor) -> Callable[[], object]:
    def act() -> object:
        with scope(ALL):
            return planning.approve(plan, by=by, at=AT).state

    return act


def cancelling(plan: PlannedRelease, by: Actor) -> Callable[[], object]:
    def act() -> object:
        with scope(ALL):
            return planning.cancel(plan, by=by, at=AT).state

    return act


def releases() -> int:
    with scope(ALL):
        return Release.objects.count()


def test_two_workers_release_it_once(scheduled: PlannedRelease) -> None:
    done = together(*[lambda: planning.carry_out_due(at=DUE)] * 2)
    assert sum(map(int, map(str, done))) == 1
    assert releases() == 2


def test_two_who_approve_it_have_it_made_once(waiting: PlannedRelease) -> None:
    done = together(*(approving(waiting, by) for by in people()))
    assert [each for each in done if not isinstance(each, Conflict)] == ["released"]
    assert releases() == 2


def test_of_approval_and_cancelling_one_wins(waiting: PlannedRelease) -> None:
    ben, cleo = people()
    done = together(approving(waiting, ben), cancelling(waiting, cleo))
    (won,) = [each for each in done if not isinstance(each, Conflict)]
    assert (won, releases()) in [("released", 2), ("cancelled", 1)]


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def approving_now(plan: PlannedRelease, by: Actor) -> Callable[[], object]:
    def act() -> object:
        with scope(ALL):
            return planning.approve(plan, by=by).state

    return act


def test_an_approved_release_that_waited_for_another_comes_after_it_by_time_too(waiting: PlannedRelease) -> None:
    (ben, _) = people()
    with ThreadPoolExecutor(1) as threads:
        with scope(ALL):
            other = make_version("other", name="other")
            prompts.release(other, environment="production", by=SYSTEM)
            approved = threads.submit(together, approving_now(waiting, ben))
            until(is_waited_for)
            before = prompts.end(other.prompt, environment="production", by=SYSTEM).release
        assert approved.result() == [PlannedRelease.State.RELEASED]
    with scope(ALL):
        plan = planning.find_planned(waiting.pk)
        assert plan.release is not None
        assert plan.ended_at == plan.release.made_at > before.made_at
