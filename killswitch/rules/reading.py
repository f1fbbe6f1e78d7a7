"""Counting for rules: what is stopped may be recorded in any app. A door, as the look-ups are."""

from datetime import datetime, timedelta
from typing import Final, cast

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q

from costs import heartbeat
from costs.reports import signals
from costs.reports.signals import By, Counted, Kind
from integrations.models import LedgerEntry
from killswitch.rules.naming import NAME
from killswitch.rules.rating import RATE
from killswitch.rules.seen import CouldNotLook, Found, Seen, Window
from killswitch.rules.words import Signal
from killswitch.scopes import Scope

# So much of the journal may wait; the recorder writes it in about a second.
MOST_BACKLOG: Final = 8 << 20
_LONGEST_QUERY: Final = timedelta(seconds=2)
_KINDS: Final[dict[Signal, Kind]] = {
    Signal.ERRORS: "errors", Signal.UNGROUNDED: "ungrounded", Signal.SCHEMA: "schema",
}  # fmt: skip
_ENDED: Final = ("done", "failed", "unknown", "undone")


def read(signal: Signal, scope: Scope, window: Window) -> Found:
    """Raises CouldNotLook. In the scope of all tenants."""
    check_recorder(at=window.until)
    try:
        with transaction.atomic():
            return _read(signal, scope, window)
    except OperationalError as fault:
        raise CouldNotLook(f"Counting took too long: {str(fault).splitlines()[0]}") from fault


def check_recorder(*, at: datetime) -> None:
    """Calls that are not recorded yet would look as if nobody had called, or as if all was well."""
    said = heartbeat.read(settings.AIOPS_HOME)
    if said is None:
        raise CouldNotLook("The recorder has never reported.")
    if said.fault:
        raise CouldNotLook("The recorder cannot write just now.")
    if not said.is_well(at=at):
        raise CouldNotLook(f"The recorder has been silent for {(at - said.at).total_seconds():.0f} s.")
    if said.backlog_bytes > MOST_BACKLOG:
        raise CouldNotLook(f"The recorder is behind by {said.backlog_bytes >> 20} MiB of the journal.")


def _read(signal: Signal, scope: Scope, window: Window) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {int(_LONGEST_QUERY.total_seconds() * 1000)}")
    by = cast(By, scope.value)
    calls = _writes(window) if scope is Scope.CONNECTION else _calls(_KINDS.get(signal, "calls"), by, window)
    rated = RATE[signal](calls, by, window)
    targets = NAME[scope](list(rated))
    found = {
        target.key: Seen(target, each.observation, tuple(map(str, each.sample)), each.facts)
        for subject, each in rated.items()
        for target in targets.get(subject, ())
    }
    with connection.cursor() as cursor:
        # What follows in the look may wait for its locks.
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    return found


def _calls(kind: Kind, by: By, window: Window) -> dict[str, Counted]:
    return signals.counted(kind, by, since=window.since, until=window.until, fewest=window.fewest)


def _writes(window: Window) -> dict[str, Counted]:
    """Writes to a customer's system that came to an end there; not known yet counts as failed."""
    rows = LedgerEntry.objects.filter(
        Q(ended_at__gte=window.since, ended_at__lt=window.until)
        | Q(state="unknown", doubted_at__gte=window.since, doubted_at__lt=window.until),
        state__in=_ENDED,
        # What was asked longer ago was waiting for a person.
        asked_at__gte=window.since - timedelta(days=1),
    ).order_by("-id")
    of_connection: dict[str, list[LedgerEntry]] = {}
    # Without what was written: that may be long.
    for row in rows.only("id", "connection_id", "state", "user_key", "asked_by_id")[:10_000]:
        of_connection.setdefault(str(row.connection_id), []).append(row)
    found = {key: _ended(several) for key, several in of_connection.items()}
    return {key: each for key, each in found.items() if each.calls >= window.fewest}


def _ended(rows: list[LedgerEntry]) -> Counted:
    bad = tuple(row.id for row in rows if row.state in ("failed", "unknown"))
    callers = {row.user_key or row.asked_by_id for row in rows}
    return Counted(len(rows), len(bad), len(callers), bad[: signals.SAMPLE])
