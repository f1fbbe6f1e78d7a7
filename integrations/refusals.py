"""What the console refuses between an application and a customer's system."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from integrations.faults import Fault
from killswitch.scopes import Mode
from tenants.refusals import Conflict, NotAllowed, Refused

_STATUS: Final = {
    "rejected": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not_there": HTTPStatus.UNPROCESSABLE_ENTITY,
    "timed_out": HTTPStatus.GATEWAY_TIMEOUT,
}


def status_of(code: str) -> HTTPStatus:
    """Of what a system answered, or did not."""
    return _STATUS.get(code, HTTPStatus.BAD_GATEWAY)


class SystemRefused(Refused):
    """Nothing was done: the system, or the way to it, refused."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.says)
        self.code = fault.code
        self.status = status_of(fault.code)


class Stopped(Refused):
    """With the mode of the stop: with `handoff`, the application brings in a person."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "stopped"

    def __init__(self, detail: str, stop: UUID, mode: str) -> None:
        super().__init__(detail)
        self.more = {"stop_id": str(stop), "mode": mode} | ({"handoff": True} if mode == Mode.HANDOFF else {})


class ConnectionOff(Conflict):
    code = "connection_off"


class WrongUser(Conflict):
    """The last test found that the key is another user's than the connection says."""

    code = "wrong_user"


class KeyUnreadable(Conflict):
    """The stored key of the connection does not open with this installation's keyring."""

    code = "key_unreadable"


class Moved(Conflict):
    """The connection leads to another system than the write was planned against."""

    code = "connection_moved"


class InProgress(Conflict):
    code = "in_progress"


class KeyUsed(Conflict):
    """This key was used for another request."""

    code = "key_used"


class NotUndoable(Conflict):
    code = "not_undoable"


class NeedsAnother(NotAllowed):
    """Whoever asked for a write does not approve it."""

    code = "needs_another"
