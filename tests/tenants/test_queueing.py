"""Telling workers while their queue is not as it should be."""

import socket
from collections.abc import Iterator
from functools import partial

import pytest

from aiops.celery import app
from tenants import queueing
from tenants.queueing import QueueAway


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broker that takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"redis://127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setattr(app, "connection_for_write", partial(app.connection_for_write, url))
        yield


@pytest.mark.timeout(30)
@pytest.mark.usefixtures("hanging")
def test_one_that_hangs_is_away() -> None:
    with pytest.raises(QueueAway, match="so nothing was started"):
        queueing.check()


@pytest.mark.timeout(30)
@pytest.mark.usefixtures("hanging")
def test_what_it_did_not_take_is_told() -> None:
    assert not queueing.send("evals.tasks.judge", "nobody", expires=1)


def test_one_that_answers_is_not() -> None:
    queueing.check()


def test_a_fault_of_ours_is_no_fault_of_the_queue() -> None:
    with pytest.raises(TypeError):
        queueing.send("evals.tasks.judge", "nobody", shadow=object())
