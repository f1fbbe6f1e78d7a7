"""Whether a process answers is told by the database's clock, whatever the console's says."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tenants.clock import database_now
from tenants.models import Process


def process_seen(seconds_ago: int) -> Process:
    now = database_now()
    return Process.objects.create(
        id=uuid4(), kind="gateway", name="gateway-1", host="here", pid=1, started_at=now,
        seen_at=now - timedelta(seconds=seconds_ago), stops_revision=1, config_revision=1, push_works=True,
        open_calls=0,
    )  # fmt: skip


@pytest.mark.parametrize(("seconds_ago", "answers"), [(0, True), (3, True), (6, False)])
def test_who_was_heard_within_five_seconds_answers(everything: None, seconds_ago: int, answers: bool) -> None:
    process_seen(seconds_ago)
    assert Process.objects.answering().exists() is answers
    assert Process.objects.saying_whether_they_answer().get().is_answering is answers
