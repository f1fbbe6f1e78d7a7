"""What a worker's log tells while PostgreSQL or Redis is away: sweeps fail every few seconds, and all say the same."""

import logging
from typing import Final, override

import redis
from kombu.exceptions import OperationalError as BrokerAway

from aiops.log_lines import is_without_the_database

_NO_REDIS: Final = (BrokerAway, redis.ConnectionError, redis.TimeoutError)
# Of this process.
_put_off: Final = set[str]()


class OncePerOutage(logging.Filter):
    """Of a task one line is kept until it succeeds, and no traceback."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if not (is_without_the_database(record) or isinstance(fault, _NO_REDIS)):
            return True
        task = getattr(record, "data", {}).get("name", "")
        if task in _put_off:
            return False
        _put_off.add(task)
        record.msg = "task.put_off task=%s %s: %s"
        record.args = (task, type(fault).__name__, str(fault).partition("\n")[0])
        record.exc_info = record.exc_text = None
        return True


def is_back(task: str) -> None:
    """Of the next outage it tells anew."""
    _put_off.discard(task)
