from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.conf import settings

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds one gateway process."""

    max_body: int = 10 * _MB
    max_calls: int = 2500
    # No tenant may hold more than this share of the places.
    tenant_share: float = 0.5
    journal: Path = Path("journal")
    journal_segment: int = 16 * _MB
    journal_max: int = 1024 * _MB
    # A body that does not end would hold its place for ever.
    body_seconds: float = 30.0
    # How long an answer nobody waits for is read on, so that it is billed by the provider's count.
    drain_seconds: float = 5.0
    # No stream goes on for longer, however it goes on.
    stream_seconds: float = 3600.0
    # How long calls under way may go on when the process is told to end.
    leave_seconds: int = 20
    # What an answer under a hard budget is kept to when its call sets no limit of its own.
    budget_output_tokens: int = 4096
    # So many failures of a model in a row, and it is asked last for a while.
    breaker_failures: int = 5

    @property
    def tenant_calls(self) -> int:
        return max(1, int(self.max_calls * self.tenant_share))

    @classmethod
    def from_settings(cls) -> Self:
        return cls(
            max_body=settings.AIOPS_GATEWAY_MAX_BODY_MB * _MB,
            max_calls=settings.AIOPS_GATEWAY_MAX_CALLS,
            stream_seconds=settings.AIOPS_GATEWAY_STREAM_SECONDS,
            leave_seconds=settings.AIOPS_GATEWAY_DRAIN_SECONDS,
            journal=settings.AIOPS_HOME / "journal",
            journal_segment=settings.AIOPS_JOURNAL_SEGMENT_MB * _MB,
            journal_max=settings.AIOPS_JOURNAL_MAX_MB * _MB,
            budget_output_tokens=settings.AIOPS_BUDGET_OUTPUT_TOKENS,
            breaker_failures=settings.AIOPS_BREAKER_FAILURES,
        )
