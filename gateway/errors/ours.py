"""What the gateway itself will not, or cannot, do just now."""

from http import HTTPStatus
from typing import Any

from gateway.errors.refusal import Refusal
from killswitch.guard import ActiveStop
from killswitch.scopes import Mode


class Stopped(Refusal):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "kill_switch"

    def __init__(self, stop: ActiveStop) -> None:
        super().__init__(stop.message)
        self.stop = stop
        self.code = stop.reason

    def facts(self) -> dict[str, Any]:
        told = {"stop_id": str(self.stop.id), "mode": self.stop.mode}
        return super().facts() | told | ({"handoff": True} if self._hands_over else {})

    def headers(self) -> list[tuple[bytes, bytes]]:
        handoff = [(b"x-aiops-handoff", b"true")] if self._hands_over else []
        return [*super().headers(), (b"x-aiops-stop", str(self.stop.id).encode()), *handoff]

    @property
    def _hands_over(self) -> bool:
        """The application brings in a person."""
        return self.stop.mode == Mode.HANDOFF


class Busy(Refusal):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "overloaded_error"
    code = "gateway_busy"
    shed = "full"
    retry = True

    def __init__(self, most: int, retry_after: float = 1, *, detail: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(
            detail or f"This gateway process has {most} calls under way, the most it takes. Try again in a moment."
        )


class Slow(Busy):
    """It would still take the call, and all the others would wait for it."""

    shed = "slow"

    def __init__(self, retry_after: float = 1) -> None:
        super().__init__(0, retry_after, detail="This gateway process does not keep up. Try again in a moment.")


class TenantBusy(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    type = "rate_limit_error"
    code = "tenant_busy"
    shed = "tenant"
    retry = True

    def __init__(self, most: int, retry_after: float = 1) -> None:
        self.retry_after = retry_after
        super().__init__(f"This tenant has {most} calls under way in this process, its share. Try again in a moment.")


class NoRoomInJournal(Refusal):
    """A call that could not be recorded is not made."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "server_error"
    code = "journal_full"
    # The recorder empties it, and another process of this gateway may have room.
    retry = True
    retry_after = 2

    def __init__(self) -> None:
        super().__init__(
            "The gateway cannot record this call: its journal is full because the recorder is behind or the disk is. "
            "Nothing was sent to a model."
        )


class InProgress(Refusal):
    status = HTTPStatus.CONFLICT
    code = "in_progress"
    retry = True
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("A call with this idempotency key is under way. Send it again in a moment for its answer.")


class OtherCall(Refusal):
    status = HTTPStatus.CONFLICT
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This idempotency key was used for another call. A new call needs a new key.")


class AnswerNotKept(Refusal):
    """It was made and paid for: made again it would be paid twice, and nobody would know."""

    status = HTTPStatus.CONFLICT
    code = "answer_not_kept"

    def __init__(self, call: str) -> None:
        super().__init__(
            f"The call with this idempotency key was made, as call {call}, and its answer was given but not kept: it "
            "was large, or much was kept already. To make it again, and pay for it again, use a new key."
        )


class CannotRemember(Refusal):
    """Redis is away, or this tenant has used very many keys: without it the promise cannot be kept."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "server_error"
    code = "idempotency_unavailable"
    retry = True
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("The gateway cannot remember answers just now, so this call was not made. Send it again.")


class Gone(Refusal):
    """Nobody waits for the answer any more; nobody reads this either."""

    status = HTTPStatus.REQUEST_TIMEOUT
    code = "caller_gone"

    def __init__(self) -> None:
        super().__init__("The caller hung up.")


class Leaving(Refusal):
    """This process ends, and the call did not end in the time it was given."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "server_error"
    code = "gateway_leaving"
    shed = "leaving"
    retry = True
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("This gateway process is shutting down. Try again: another one answers.")


class Broken(Refusal):
    """A fault of our own."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    type = "server_error"
    code = "gateway_error"

    def __init__(self) -> None:
        super().__init__("The gateway failed on this call. Its operator finds why in the log, by the call's id.")
