"""The console, for commands that must say what could not be measured instead of just ending."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self, override

from aiops.cli.evals.exits import UNMEASURED, USAGE
from aiops.cli.failing import GaveUp, Silence
from aiops.cli.plain import plain
from aiops.cli.remote import Console, connect, read, refusal

# Not for what was asked: for who asked, or for now.
_PASSING = frozenset({401, 403, 408, 425, 429})


class Failed(Exception):
    """Nothing can be judged: says why, and with which code the command ends."""

    def __init__(self, detail: str, code: int, *, error: str = "") -> None:
        """`error` is the code for programs, where the console has given none."""
        super().__init__(detail)
        self.detail = plain(detail)
        self.code = code
        self.error = error


class Unreachable(Failed):
    """The console did not answer."""


class Asking(Console):
    """Raises Failed for what is refused."""

    @classmethod
    def connect(cls) -> Self:
        with _going_on():
            return cls(connect()._client)

    @override
    def _send(self, method: str, path: str, **rest: Any) -> Any:
        with _going_on():
            answer = self._request(method, path, **rest)
            if not answer.is_error:
                return read(answer)
            is_usage = answer.is_client_error and answer.status_code not in _PASSING
            raise Failed(refusal(answer), USAGE if is_usage else UNMEASURED)


@contextmanager
def _going_on() -> Iterator[None]:
    """What would end the command is told where its other faults are: it has a document of its own."""
    before, Silence.is_kept = Silence.is_kept, True
    try:
        yield
    except GaveUp as gone:
        raise Unreachable(gone.message, UNMEASURED, error=gone.error or "no_console") from None
    finally:
        Silence.is_kept = before


def clean(data: Any) -> Any:
    """Every text in it as a terminal may have it: answers come from models, names from whoever pushed them."""
    if isinstance(data, str):
        return plain(data)
    if isinstance(data, Mapping):
        return {plain(str(name)): clean(each) for name, each in data.items()}
    return [clean(each) for each in data] if isinstance(data, list) else data
