"""What goes wrong on the way to a customer's system, and whether anything may have been done there. Pure."""

from enum import StrEnum


class Health(StrEnum):
    """What the last test of a connection found; the words beside it say more."""

    UNKNOWN = "unknown"
    OK = "ok"
    UNREACHABLE = "unreachable"
    WRONG_KEY = "wrong_key"
    WRONG_DATABASE = "wrong_database"
    WRONG_USER = "wrong_user"
    NO_RIGHTS = "no_rights"
    FAULTY = "faulty"


class Fault(Exception):
    """`says` is for people. `is_certain`: the system did nothing; otherwise it has to be asked what it did."""

    code = "faulty"
    health = Health.FAULTY
    is_certain = True

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


class Unreachable(Fault):
    """Nothing was sent."""

    code = "unreachable"
    health = Health.UNREACHABLE


class WrongKey(Fault):
    code = "wrong_key"
    health = Health.WRONG_KEY


class WrongDatabase(Fault):
    code = "wrong_database"
    health = Health.WRONG_DATABASE


class NoRights(Fault):
    """The user that the connection acts as may not do that."""

    code = "no_rights"
    health = Health.NO_RIGHTS


class Rejected(Fault):
    """The system understood, and does not want it: what was asked has to change."""

    code = "rejected"


class Busy(Fault):
    """It refused before it looked: too many requests."""

    code = "busy"


class Uncertain(Fault):
    """It may have been done: no answer came, or one that does not tell."""

    code = "uncertain"
    is_certain = False


class TimedOut(Uncertain):
    code = "timed_out"


class BrokenOff(Uncertain):
    code = "broken_off"


class Broke(Uncertain):
    """An error of the system's own; it may have come after the work was done."""

    code = "system_error"


class Garbled(Uncertain):
    code = "garbled"


# To send these again, unchanged, may go well.
PASSING = frozenset({Unreachable.code, WrongKey.code, WrongDatabase.code, NoRights.code, Busy.code})
