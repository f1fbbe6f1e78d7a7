import logging
import re
import sys

import psycopg
import pytest
from django.db import OperationalError

from aiops.log_lines import LogLine, OneLineWithoutTheDatabase


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
        return logging.LogRecord("celery.app.trace", logging.ERROR, "file.py", 1, "Task failed", (), sys.exc_info())


@pytest.mark.parametrize("cause", [psycopg.OperationalError(), psycopg.errors.AdminShutdown()])
def test_without_the_database_each_task_and_request_is_one_line(cause: Exception) -> None:
    record = record_of(cause)
    assert LogLine().format(record).endswith("Task failed")
    assert OneLineWithoutTheDatabase().filter(record)
    assert logging.Formatter().format(record) == "Task failed"


def test_what_the_database_refuses_keeps_its_traceback() -> None:
    record = record_of(psycopg.errors.DeadlockDetected())
    assert OneLineWithoutTheDatabase().filter(record)
    assert "Traceback" in logging.Formatter().format(record)
    assert "Traceback" in LogLine().format(record)
