"""When a canary is asked: every hour until its baseline stands, then every day."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from aiops.celery import app
from evals.drift.cusum import CALIBRATION
from evals.models import Run, SuiteVersion
from evals.services import push_suite, start_due_canaries
from evals.suites import stored
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tests.evals.drift.factories import ask, calm
from tests.evals.factories import AT, make_suite
from tests.prompts.factories import make_release, make_version

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def started(at: datetime) -> int:
    return len(start_due_canaries(at=at))


def last(suite: SuiteVersion) -> datetime:
    newest = suite.runs.newest_first().first()
    assert newest is not None
    return newest.started_at


def test_beat_looks_for_due_canaries_every_ten_minutes() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["start-canaries"]
    app.loader.import_default_modules()
    assert entry == {"task": "evals.tasks.start_canaries", "schedule": 600.0, "options": {"expires": 600}}
    assert entry["task"] in app.tasks


def test_the_first_is_due_at_once_and_is_asked_of_what_is_live(suite: SuiteVersion, head: PromptVersion) -> None:
    (run,) = start_due_canaries(at=AT)
    assert (run.kind, run.head, run.suite) == (Run.Kind.CANARY, head, suite)
    assert started(AT + DAY) == 0  # it is under way


@pytest.mark.parametrize(("runs", "wait"), [(CALIBRATION - 1, HOUR), (CALIBRATION, DAY)])
def test_every_hour_until_the_baseline_stands_then_every_day(
    suite: SuiteVersion, head: PromptVersion, runs: int, wait: timedelta
) -> None:
    ask(suite, head, calm(runs))
    newest = last(suite)
    assert started(newest + wait - timedelta(seconds=1)) == 0
    assert started(newest + wait) == 1


def test_what_is_not_live_is_not_asked(head: PromptVersion) -> None:
    make_version(name="draft")
    make_suite("draft", prompt="draft")
    assert started(AT) == 0


def test_a_suite_that_says_so_is_not_asked(suite: SuiteVersion) -> None:
    content = stored.from_json(suite.content)
    push_suite(replace(content, canary=False), by=SYSTEM, at=AT)
    assert started(AT) == 0
    push_suite(content, by=SYSTEM, at=AT)
    assert started(AT) == 1


def test_another_release_is_asked_at_once(suite: SuiteVersion, head: PromptVersion) -> None:
    ask(suite, head, calm())
    make_release(make_version("Be brief."))
    assert started(last(suite) + timedelta(minutes=10)) == 1
