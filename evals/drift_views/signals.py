"""What is watched of what is live: one row a signal, those that drifted first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evals.drift.cusum import CALIBRATION, H
from evals.drift.history import History, history_of, open_alarms
from evals.drift.rows import Row, rows_of
from evals.models import Suite
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

# With more suites than that, a page with every number would be too long: each suite has a page of its own.
_WHOLE: Final = 1
_TONES: Final = ("bad", "warn", "ok", "plain")


@dataclass(frozen=True, slots=True)
class Board:
    """A suite with its rows."""

    history: History
    rows: Sequence[Row]

    @property
    def order(self) -> tuple[bool, str]:
        return not self.history.alarms, self.history.suite.name


@require_safe
@never_cache
@staff_page(Permission.EVALS_READ)
def signal_list(request: TenantRequest) -> HttpResponse:
    chosen, suites = request.GET.get("suite", ""), Suite.objects.filter(is_canary=True, prompt__isnull=False)
    suites = suites.filter(name=chosen) if chosen else suites
    found = [history_of(suite) for suite in suites.select_related("prompt", "current").defer("current__content")]
    boards = sorted((Board(each, rows_of(each)) for each in found), key=lambda board: board.order)
    context: dict[str, Any] = {
        "chosen": chosen,
        "boards": boards,
        "is_whole": len(boards) <= _WHOLE,
        "is_drawn": any(board.history.runs for board in boards),
        "is_watched": any(row.is_watched for board in boards for row in board.rows),
        "outside": sum(bool(row.outside) for board in boards for row in board.rows),
        "alarms": list(open_alarms().select_related("suite", "run").order_by("-raised_at", "-id")),
        "counts": _counts(row for board in boards for row in board.rows),
        "calibration": CALIBRATION,
        "bound": H,
        "may_close": may_everywhere(request, Permission.EVALS_RUN),
        "at": datetime.now(UTC),
    }
    return render(request, "drift/signal_list.html", context)


def _counts(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """How many signals are in which state, as pills: the gravest first."""
    counted = Counter((row.pill.tone, row.counted) for row in rows)
    ordered = sorted(counted.items(), key=lambda each: (_TONES.index(each[0][0]), each[0][1]))
    return [(tone, f"{number:,} {word}") for (tone, word), number in ordered]
