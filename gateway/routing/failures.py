"""How attempts on models fail, and what is kept of it. Pure."""

from http import HTTPStatus
from typing import Final, NamedTuple

import aiohttp

from costs.reasons import HopReason

_WHILE_AT_WORK: Final = frozenset({HopReason.TIMEOUT, HopReason.DEADLINE, HopReason.DROP})


class Failure(NamedTuple):
    """How an attempt failed; `reason` is a word for records and callers."""

    reason: str
    status: int = 0
    retry_after: float | None = None
    # The provider may have the question.
    was_sent: bool = True
    # Over a connection that it had kept, and closed: nobody knows how it is.
    is_stale: bool = False

    @property
    def may_be_billed(self) -> bool:
        """The provider was at work on it, or had answered; what it refused, or never saw, it charges nobody for."""
        return self.status == HTTPStatus.OK or (self.was_sent and self.reason in _WHILE_AT_WORK)


class Failed(Exception):
    """This attempt failed in a way that another model may not."""

    def __init__(
        self,
        reason: str,
        *,
        status: int = 0,
        retry_after: float | None = None,
        was_sent: bool = True,
        is_stale: bool = False,
    ) -> None:
        super().__init__(reason)
        # To be kept in place of this, which leads to the frames it came through, and to all that they hold.
        self.failure = Failure(reason, status, retry_after, was_sent, is_stale)


class CannotDo(Exception):
    """This provider was not asked: it has no word for what the call asks for, and another may."""


def reason_of(fault: Exception) -> str:
    """Whether it broke off when the request was there, or never came about."""
    if isinstance(fault, aiohttp.ClientConnectorError):
        return HopReason.CONNECTION
    broke_off = (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
    return HopReason.DROP if isinstance(fault, broke_off) else HopReason.CONNECTION


def forget_frames(fault: BaseException) -> None:
    """aiohttp keeps its faults beside what it read from: with their frames they would hold the whole call."""
    seen: BaseException | None = fault
    while seen is not None:
        seen.__traceback__ = None
        seen = seen.__cause__ or seen.__context__
