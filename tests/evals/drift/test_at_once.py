"""Canaries that are started at the same time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from evals import tasks
from evals.models import Run, Suite
from evals.services import canaries, start_canary
from tenants.scope import ALL, scope
from tests.evals.factories import AT, make_suite
from tests.factories import make_operator
from tests.gateway.processes import until
from tests.prompts.factories import make_release, make_version


@pytest.fixture
def suites(committed: None) -> list[Suite]:
    """Two, of a prompt that is live."""
    with scope(ALL):
        make_operator()
        make_release(make_version())
        made = [make_suite(name).suite for name in ("welcome", "tone")]
    return [Suite.objects.select_related("current", "prompt").get(pk=suite.pk) for suite in made]


def start(suite: Suite) -> Run | None:
    try:
        with scope(ALL):
            return start_canary(suite, at=AT)
    finally:
        connection.close()


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_of_two_that_start_it_one_does(suites: list[Suite]) -> None:
    with ThreadPoolExecutor(1) as pool:
        with scope(ALL):
            assert start_canary(suites[0], at=AT) is not None
            second = pool.submit(start, suites[0])
            until(is_waited_for)
        assert second.result() is None
    assert Run.objects.count() == 1


def test_anything_else_that_is_wrong_is_told(suites: list[Suite], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise IntegrityError("another rule")

    monkeypatch.setattr(canaries, "start_run", broken)
    with pytest.raises(IntegrityError, match="another rule"), scope(ALL):
        start_canary(suites[0], at=AT)


def test_the_database_keeps_it(suites: list[Suite]) -> None:
    with scope(ALL):
        run = start_canary(suites[0], at=AT)
    assert run is not None
    with pytest.raises(IntegrityError, match="one_canary_of_a_version_at_once"), transaction.atomic():
        Run.objects.create(**{field.attname: getattr(run, field.attname) for field in Run._meta.concrete_fields[1:]})


def test_what_was_started_stays_when_the_next_one_fails(suites: list[Suite], monkeypatch: pytest.MonkeyPatch) -> None:
    """So each has a transaction of its own, and holds the installation's audit chain for no longer."""
    started, real = [], canaries.start_run

    def second_fails(*arguments: Any, **values: Any) -> Run:
        if started:
            raise RuntimeError
        started.append(real(*arguments, **values))
        return started[0]

    monkeypatch.setattr(canaries, "start_run", second_fails)
    with pytest.raises(RuntimeError):
        tasks.start_canaries()
    assert Run.objects.get() == started[0]
