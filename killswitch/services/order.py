"""What somebody asks to be stopped, and whether that may be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from killswitch.models import Stop
from killswitch.scopes import LONGEST_DRAIN_SECONDS, MESSAGES, InFlight, Mode, Scope, check_mode
from killswitch.targets import Target
from tenants.refusals import Invalid

# What was stopped over everybody, or in an emergency, is looked at by somebody else once it has calmed down.
REVIEW_AFTER: Final = timedelta(hours=24)
LONGEST_MESSAGE: Final = 300
# What people and their programs give; `automatic` is for rules.
REASONS: Final = [reason for reason in Stop.Reason if reason != Stop.Reason.AUTOMATIC]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    target: Target
    reason: Stop.Reason
    mode: Mode = Mode.REFUSE
    in_flight: InFlight = InFlight.CUT
    # With `drain`: how long calls that are under way may take.
    drain_seconds: int = 0
    note: str = ""
    # What callers are told; empty: what is said in this mode.
    message: str = ""
    expires_at: datetime | None = None
    review_at: datetime | None = None
    origin: Stop.Origin = Stop.Origin.CONSOLE
    # What the person was shown before confirming.
    blast_radius: Mapping[str, Any] = field(default_factory=dict)
    # Why a rule does it.
    evidence: Mapping[str, Any] = field(default_factory=dict)
    # Of a stop that processes hold already, made past PostgreSQL.
    id: UUID | None = None

    def check(self, at: datetime) -> None:
        """Raises Invalid."""
        if self.target.tenant is not None and self.target.tenant.is_operator and self.target.scope == Scope.TENANT:
            raise Invalid("tenant", "the built-in _operator cannot be turned off as a whole; name one of its features.")
        self._check_mode()
        self._check_drain()
        if len(self.message) > LONGEST_MESSAGE:
            raise Invalid("message", f"it has {len(self.message)} characters; at most {LONGEST_MESSAGE} are kept.")
        if self.review_at is not None and self.review_at <= at:
            raise Invalid("review_at", f"{self.review_at:%Y-%m-%d %H:%M} UTC is not in the future.")
        if self.expires_at is not None:
            self._check_expiry(self.expires_at, at)

    def told(self) -> str:
        return self.message or MESSAGES[self.mode]

    def review_due(self, at: datetime) -> datetime | None:
        calls_for_one = (
            self.reason in Stop.CAREFUL
            or self.target.scope == Scope.GLOBAL
            or self.origin == Stop.Origin.BREAK_GLASS
        )  # fmt: skip
        due = at + REVIEW_AFTER if calls_for_one else None
        return min(filter(None, (self.review_at, due)), default=None)

    def _check_mode(self) -> None:
        try:
            check_mode(self.target.scope, self.mode)
        except ValueError as fault:
            raise Invalid("mode", str(fault)) from None

    def _check_drain(self) -> None:
        drains = self.in_flight == InFlight.DRAIN
        if drains and not 1 <= self.drain_seconds <= LONGEST_DRAIN_SECONDS:
            raise Invalid("drain_seconds", f"draining takes 1 to {LONGEST_DRAIN_SECONDS} seconds.")
        if self.drain_seconds and not drains:
            raise Invalid("drain_seconds", "they go with in_flight drain only.")

    def _check_expiry(self, expires_at: datetime, at: datetime) -> None:
        if self.reason in Stop.CAREFUL:
            label = Stop.Reason(self.reason).label.lower()
            raise Invalid("expires_at", f"a stop for {label} stays until a second person lifts it; leave the end out.")
        if expires_at <= at:
            raise Invalid("expires_at", f"{expires_at:%Y-%m-%d %H:%M} UTC is not in the future.")
