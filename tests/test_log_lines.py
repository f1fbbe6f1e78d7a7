import logging
import re
import sys
from unittest.mock import Mock

import psycopg
import pytest
import redis
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerAway

from aiops import outages
from aiops.log_lines import LogLine
from killswitch import tasks


def line(name: str, level: int) -> str:
    """What a log says of a fault that was logged with its traceback."""
    try:
        raise ValueError("the fault itself")
    except ValueError:
        fault = sys.exc_info()
    return LogLine().format(logging.LogRecord(name, level, "file.py", 1, "Forbidden: %s", ("/spend/",), fault))


def test_every_line_is_dated_in_utc() -> None:
    found = line("costs.recorder", logging.INFO).splitlines()[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC INFO costs\.recorder Forbidden: /spend/", found)


@pytest.mark.parametrize(
    ("name", "level"),
    [("django.request", logging.WARNING), ("django.security.DisallowedHost", logging.ERROR)],
)
def test_what_was_refused_as_it_should_be_is_one_line(name: str, level: int) -> None:
    assert line(name, level).endswith("Forbidden: /spend/")


@pytest.mark.parametrize("name", ["django.request", "gateway.pipeline"])
def test_what_broke_keeps_its_traceback(name: str) -> None:
    assert "ValueError: the fault itself" in line(name, logging.ERROR)


def record_of(cause: Exception) -> logging.LogRecord:
    try:
        raise OperationalError("it failed") from cause
    except OperationalError:
        return logging.LogRecord("django.request", logging.ERROR, "file.py", 1, "It failed", (), sys.exc_info())


@pytest.mark.parametrize("cause", [psycopg.OperationalError(), psycopg.errors.AdminShutdown()])
def test_without_the_database_each_request_is_one_line(cause: Exception) -> None:
    assert LogLine().format(record_of(cause)).endswith("It failed")


def test_what_the_database_refuses_keeps_its_traceback() -> None:
    assert "Traceback" in LogLine().format(record_of(psycopg.errors.DeadlockDetected()))


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        LogLine().format(record).partition(" UTC ")[2] for record in caplog.records if record.levelno == logging.ERROR
    ]


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """What a task of the worker does."""
    outages.is_back("killswitch.tasks.sweep_notices")
    done = Mock(return_value=[])
    monkeypatch.setattr("killswitch.notices.claiming.due_roads", done)
    return done


@pytest.mark.parametrize("fault", [OperationalError("late\nis it up?"), BrokerAway("late"), redis.TimeoutError("late")])
def test_while_a_server_is_away_a_task_says_so_once_until_it_is_back(
    sweep: Mock, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    sweep.side_effect = [fault, fault, [], fault]
    tasks.sweep_notices.apply()
    tasks.sweep_notices.apply()
    told = f"task.put_off task=killswitch.tasks.sweep_notices {type(fault).__name__}: late"
    assert lines_of(caplog) == [f"ERROR celery.app.trace {told}"]
    tasks.sweep_notices.apply()
    tasks.sweep_notices.apply()
    assert len(lines_of(caplog)) == 2


def test_a_fault_of_ours_in_a_task_is_told_each_time_with_its_traceback(
    sweep: Mock, caplog: pytest.LogCaptureFixture
) -> None:
    sweep.side_effect = ValueError
    tasks.sweep_notices.apply()
    tasks.sweep_notices.apply()
    assert ["Traceback" in line for line in lines_of(caplog)] == [True, True]
