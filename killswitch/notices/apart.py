"""One after the other, each by itself."""

import logging
from collections.abc import Callable, Iterable

from django.db import transaction

log = logging.getLogger(__name__)


def told[T](found: Iterable[T], tell: Callable[[T], int]) -> int:
    """The sum of what `tell` says. What fails of one is logged and undone, and keeps none of the others from it."""
    return sum(_told(each, tell) for each in found)


def _told[T](each: T, tell: Callable[[T], int]) -> int:
    try:
        with transaction.atomic():
            return tell(each)
    except Exception:
        log.exception("notice.not_told %s", each)
        return 0
