"""How a line of a process's log looks: dated in UTC, and one line where a traceback would tell nothing."""

import copy
import logging
from datetime import UTC, datetime
from typing import Final, override

from django.db import InterfaceError, OperationalError

# Of PostgreSQL: no connection, and shut down under one. Without any the server was not reached at all.
_AWAY: Final = ("08", "57P")


class LogLine(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    @override
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%d %H:%M:%S} UTC"

    @override
    def format(self, record: logging.LogRecord) -> str:
        if _is_refusal(record) or is_without_the_database(record):
            record = copy.copy(record)
            record.exc_info = record.exc_text = None
        return super().format(record)


def _is_refusal(record: logging.LogRecord) -> bool:
    """A request was refused as it should be: the trace leads through Django and ends where it was meant to."""
    if record.name.startswith("django.security."):
        return True
    return record.name == "django.request" and record.levelno < logging.ERROR


def is_without_the_database(record: logging.LogRecord) -> bool:
    """Each request and each task would tell the same, as long as it is away."""
    fault = record.exc_info[1] if record.exc_info else None
    if isinstance(fault, InterfaceError):
        # Others of its kind are mistakes of ours.
        return "connection" in str(fault)
    state = getattr(fault.__cause__, "sqlstate", None) if isinstance(fault, OperationalError) else ""
    return state is None or state.startswith(_AWAY)
