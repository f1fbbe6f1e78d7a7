"""Several people change at the same moment what is served."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from prompts.models import PromptVersion, Protection, Release
from prompts.services import Released, end, protect, release, roll_back
from tenants.actors import SYSTEM
from tenants.models import Role
from tenants.refusals import Conflict
from tenants.scope import ALL, scope
from tests.factories import make_operator
from tests.gateway.processes import until
from tests.prompts.factories import AT, go_back, lanes, make_end, make_release, make_version

type Act = Callable[[], object]


@pytest.fixture
def versions(committed: None) -> list[PromptVersion]:
    """The first is live."""
    with scope(ALL):
        make_operator()
        found = [make_version(text) for text in ("one", "two", "three")]
        make_release(found[0])
    return found


def together(*acts: Act) -> list[Conflict]:
    """All at once, each in a connection of its own; what was refused."""
    barrier = Barrier(len(acts))

    def run(act: Act) -> Conflict | None:
        try:
            with scope(ALL):
                barrier.wait(10)
                act()
        except Conflict as refused:
            return refused
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as threads:
        return [refused for refused in threads.map(run, acts) if refused]


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def in_their_order() -> tuple[list[datetime], list[datetime]]:
    """When releases were made, in the order in which they count, and in that of their times."""
    made = list(Release.objects.order_by("number").values_list("made_at", flat=True))
    return made, sorted(made)


@pytest.mark.parametrize(
    "act",
    [
        lambda versions: release(versions[2], environment="production", by=SYSTEM),
        lambda versions: release(versions[2], environment="production", percent=5, by=SYSTEM),
        lambda versions: roll_back(versions[0].prompt, environment="production", by=SYSTEM),
        lambda versions: end(versions[0].prompt, environment="production", by=SYSTEM),
    ],
    ids=["release", "canary", "rollback", "end"],
)
def test_who_waited_for_another_comes_after_it_by_time_too(
    versions: list[PromptVersion], act: Callable[[list[PromptVersion]], Released]
) -> None:
    with ThreadPoolExecutor(1) as threads:
        with scope(ALL):
            release(versions[1], environment="production", by=SYSTEM)
            waits = threads.submit(together, partial(act, versions))
            until(is_waited_for)
            release(versions[2], environment="production", percent=10, by=SYSTEM)
        assert waits.result() == []
    with scope(ALL):
        made, by_time = in_their_order()
        assert len(made) >= 4
        assert made == by_time


def test_of_many_at_once_the_order_is_that_of_their_times(versions: list[PromptVersion]) -> None:
    acts = [partial(release, version, environment="production", by=SYSTEM) for version in versions[1:]]
    back = partial(roll_back, versions[0].prompt, environment="production", by=SYSTEM)
    trial = partial(release, versions[2], environment="production", percent=5, by=SYSTEM)
    together(*acts, back, trial, *acts)
    with scope(ALL):
        made, by_time = in_their_order()
        assert made == by_time
        assert len(made) > 2


def test_history_keeps_the_times_that_it_tells(versions: list[PromptVersion]) -> None:
    with scope(ALL):
        assert make_release(versions[1], at=AT).release.made_at == AT


def test_of_two_versions_the_last_one_is_served_and_the_first_is_before_it(versions: list[PromptVersion]) -> None:
    assert together(lambda: make_release(versions[1]), lambda: make_release(versions[2])) == []
    with scope(ALL):
        assert list(Release.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
        last = Release.objects.get(number=3)
        assert lanes() == (str(last.version), None)


def test_what_two_admins_say_of_an_environment_at_once_holds_both(committed: None) -> None:
    with scope(ALL):
        make_operator()
    said: list[dict[str, Any]] = [{"role": Role.ADMIN}, {"second_person": True}]
    assert together(*[partial(protect, "production", **each, by=SYSTEM, at=AT) for each in said]) == []
    with scope(ALL):
        made = Protection.objects.get()
        assert (made.role, made.second_person) == ("admin", True)


def test_the_same_version_twice_is_released_once(versions: list[PromptVersion]) -> None:
    refused = together(*[lambda: make_release(versions[1])] * 3)
    assert len(refused) == 2
    with scope(ALL):
        assert Release.objects.count() == 2


def test_a_canary_and_a_release_leave_no_canary_of_what_is_live(versions: list[PromptVersion]) -> None:
    together(lambda: make_release(versions[1], percent=5), lambda: make_release(versions[1]))
    with scope(ALL):
        assert lanes() == ("v2", None)


def test_two_canaries_leave_one(versions: list[PromptVersion]) -> None:
    assert together(lambda: make_release(versions[1], percent=5), lambda: make_release(versions[2], percent=5)) == []
    with scope(ALL):
        assert Release.objects.canaries().lasting().count() == 1


@pytest.mark.parametrize("act", [go_back, make_end])
def test_of_two_who_decide_on_the_same_release_one_is_told_of_the_other(
    versions: list[PromptVersion], act: Callable[..., Released]
) -> None:
    with scope(ALL):
        make_release(versions[1])
        make_release(versions[2], percent=10)
    (refused,) = together(*[lambda: act(expected=3)] * 2)
    assert refused.code == "overtaken"
    assert "you saw release 3" in refused.detail


def test_two_who_go_back_go_back_by_two_at_most_and_never_forth(versions: list[PromptVersion]) -> None:
    with scope(ALL):
        make_release(versions[1])
    assert len(together(go_back, go_back)) == 1
    with scope(ALL):
        assert lanes() == ("v1", None)
