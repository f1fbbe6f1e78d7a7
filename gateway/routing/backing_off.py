"""How long a model that failed is left alone before the same call asks it again."""

import random
from http import HTTPStatus
from typing import Final

from gateway.routing.failures import Failure
from gateway.routing.triggers import Trigger, trigger_of

_FIRST_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 5.0
_LIMITS: Final = frozenset({Trigger.RATE_LIMITED, Trigger.OVERLOADED})


def is_limit(failure: Failure) -> bool:
    return trigger_of(failure.reason, retry_after=failure.retry_after) in _LIMITS


def seconds_after(failure: Failure, attempt: int) -> float | None:
    """None: it is over before it would answer, as a wait is too long, or a spent balance is not filled up."""
    if failure.status == HTTPStatus.PAYMENT_REQUIRED:
        return None
    wait = random.uniform(0, _FIRST_SECONDS * 2**attempt)  # noqa: S311 - jitter
    if is_limit(failure):
        wait = max(wait, failure.retry_after or 0)
    return wait if wait <= _LONGEST_SECONDS else None
