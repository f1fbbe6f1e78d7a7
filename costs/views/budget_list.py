"""Budgets: what is limited, how much of it is used, what was refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Final

from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from aiops.lib.showing import visible
from costs import reports
from costs.models import Budget
from costs.reports import LimitedStanding
from tenants.http import TenantRequest, may_everywhere, page
from tenants.permissions import Permission

PAGE: Final = 50
COLUMNS: Final = (
    "scope", "tenant", "feature", "period", "kind", "amount_usd", "spent_usd", "used", "reserved_usd",
    "expected_usd", "refused_calls", "unpriced_calls", "begun_at", "resets_at", "alerts_percent",
)  # fmt: skip
_NEARLY: Final = Decimal("0.8")
# The bar is stretched to its column.
_WIDTH: Final = 1000


@dataclass(frozen=True, slots=True)
class Row:
    limited: LimitedStanding
    # When its period ends; None: nobody can tell, or was not asked.
    expected: Decimal | None = None

    @property
    def spent_width(self) -> float:
        return round(float(min(self.limited.standing.used, Decimal(1))) * _WIDTH, 1)

    @property
    def held_width(self) -> float:
        held, standing = self.limited.held or Decimal(0), self.limited.standing
        return round(float(min(held, standing.left) / standing.budget.amount_usd) * _WIDTH, 1)

    @property
    def tone(self) -> str:
        """Of what is used up, and of what soon will be."""
        used = self.limited.standing.used
        return "bad" if used >= 1 or self.has_refused else "warn" if used >= _NEARLY else ""

    @property
    def has_refused(self) -> bool:
        """A hard one ends below its amount: the most that a call can cost is reserved first.

        Which budget refused a call is not recorded: one that has much left is not blamed for it.
        """
        standing = self.limited.standing
        return standing.budget.is_hard and self.limited.refused > 0 and standing.used >= _NEARLY

    @property
    def is_refusing(self) -> bool:
        return self.limited.standing.used >= 1 and self.limited.standing.budget.is_hard

    @property
    def will_pass(self) -> bool:
        return self.expected is not None and self.expected > self.limited.standing.budget.amount_usd


CHOICES: Final[Mapping[str, tuple[str, Callable[[Row], bool]]]] = {
    "": ("All", lambda row: True),
    "up": ("Used up or refusing", lambda row: row.tone == "bad"),
    "nearly": ("Nearly used up", lambda row: row.tone == "warn"),
    "hard": ("Hard", lambda row: row.limited.standing.budget.is_hard),
    "soft": ("Soft", lambda row: not row.limited.standing.budget.is_hard),
}


@require_safe
@page(Permission.SPEND_READ)
def budget_list(request: TenantRequest) -> HttpResponse:
    at, text, only = datetime.now(UTC), request.GET.get("q", "")[:100], request.GET.get("only", "")
    found = _rows(text, at)
    problem = _problem(only)
    only = "" if problem else only
    rows = [row for row in found if CHOICES[only][1](row)]
    limit = _limit(request.GET.get("limit", ""))
    context = {
        "rows": _expecting(rows[:limit], at),
        "hidden": max(0, len(rows) - limit),
        "more": limit + PAGE,
        "chips": [(name, label, sum(map(fits, found))) for name, (label, fits) in CHOICES.items()],
        "has_any": bool(found) or Budget.objects.exists(),
        "text": text,
        "only": only,
        "problem": problem,
        "may_change": may_everywhere(request, Permission.BUDGETS_CHANGE),
        "is_held_unknown": any(row.limited.standing.budget.is_hard and row.limited.held is None for row in rows),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "costs/budget_list.html", context, status=status)


@require_safe
@page(Permission.SPEND_READ)
def budget_csv(request: TenantRequest) -> HttpResponse | StreamingHttpResponse:
    at, only = datetime.now(UTC), request.GET.get("only", "")
    if problem := _problem(only):
        return HttpResponse(problem, content_type="text/plain", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    fits = CHOICES[only][1]
    rows = [row for row in _rows(request.GET.get("q", "")[:100], at) if fits(row)]
    return spreadsheet.answer("budgets", COLUMNS, _cells(_expecting(rows, at)), url=request.build_absolute_uri(), at=at)


def _problem(only: str) -> str:
    if only in CHOICES:
        return ""
    return f"There is no choice “{visible(only[:80])}” of budgets; {', '.join(filter(None, CHOICES))} are there."


def _rows(text: str, at: datetime) -> list[Row]:
    """What is used up most stands first."""
    budgets = Budget.objects.select_related("tenant", "feature").order_by("tenant__slug", "feature__slug", "period")
    if text:
        words = Q(feature__name__icontains=text) | Q(feature__slug__icontains=text)
        tenants = Q(tenant__name__icontains=text) | Q(tenant__slug__icontains=text)
        budgets = budgets.filter(words | tenants)
    return sorted(map(Row, reports.limited(at, budgets)), key=lambda row: -row.limited.standing.used)


def _expecting(rows: Sequence[Row], at: datetime) -> list[Row]:
    found = reports.of_budgets((row.limited.standing for row in rows), at)
    return [replace(row, expected=found[row.limited.standing.budget.pk]) for row in rows]


def _limit(said: str) -> int:
    return int(said) if said.isdecimal() and 0 < int(said) <= 10_000 else PAGE


def _cells(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        standing, budget = row.limited.standing, row.limited.standing.budget
        yield (
            budget.scope,
            "" if budget.tenant.is_operator else budget.tenant.slug,
            budget.feature.slug if budget.feature else "",
            budget.period,
            budget.kind,
            budget.amount_usd,
            standing.spent,
            standing.used,
            row.limited.held,
            row.expected,
            row.limited.refused,
            standing.unpriced_calls,
            standing.start if standing.end else None,
            standing.end,
            " ".join(str(alert.threshold) for alert in row.limited.alerts),
        )
