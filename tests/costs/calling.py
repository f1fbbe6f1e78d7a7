"""Calls of November, for reports of a month so far."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from costs.usage import Usage
from tests.costs.factories import costing, make_finished, make_opened, record

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
MONTH = datetime(2026, 11, 1, tzinfo=UTC)


class Caller:
    """Records calls of acme's answers, unless told otherwise."""

    def __init__(self, tenant: UUID, feature: UUID) -> None:
        self._tags = {"tenant": tenant, "feature": feature}

    def __call__(self, at: str, cost: str, *, times: int = 1, usage: Usage | None = None, **tags: Any) -> None:
        moment = datetime.fromisoformat(f"2026-{at}").replace(tzinfo=UTC)
        values = {"usage": usage} if usage else {}
        calls = (make_opened(**({"at": moment} | self._tags | tags)) for _ in range(times))
        record(*(make_finished(each, cost=costing(cost), **values) for each in calls), at=AT)
