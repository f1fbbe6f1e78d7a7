"""Spend: how much, on what, why it moved, where it will end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from aiops.lib.figures import growth
from costs import charts, reports
from costs.models import Budget
from costs.reports import BudgetStanding, By, Forecast, SpendReport, ledger
from costs.reports.within import within
from costs.views import asked, ranges, table, why
from costs.views.asked import Asked
from costs.views.budget import BudgetBar
from tenants.http import TenantRequest, page
from tenants.permissions import Permission

COLUMNS: Final = (
    "key", "label", "spend_usd", "share", "spend_before_usd", "calls", "unpriced_calls", "simulated_calls",
    "usd_per_1k_calls", "average_input_tokens", "cached_share", "saved_by_caching_usd", "errors", "stopped", "refused",
    "kept_calls", "kept_share", "saved_by_kept_usd",
)  # fmt: skip
# So many that are over stand above the page.
MOST_OVER: Final = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """The four numbers, each with what it is compared to."""

    report: SpendReport

    @property
    def growth(self) -> Decimal | None:
        return _total_growth(self.report)

    @property
    def growth_per_1k(self) -> Decimal | None:
        return growth(self.report.total.per_1k_calls, self.report.before.per_1k_calls)


@require_safe
@page(Permission.SPEND_READ)
def spend(request: TenantRequest) -> HttpResponse:
    at = datetime.now(UTC)
    wanted = asked.read(request.GET, at=at)
    report = wanted.report(at)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wanted.problem else HTTPStatus.OK
    return render(request, "costs/spend.html", _context(wanted, report, at), status=status)


@require_safe
@page(Permission.SPEND_READ)
def spend_csv(request: TenantRequest) -> HttpResponse | StreamingHttpResponse:
    """All rows of the same address, unrounded; nobody would see in a file that something else was asked for."""
    at = datetime.now(UTC)
    wanted = asked.read(request.GET, at=at)
    if wanted.problem:
        return HttpResponse(wanted.problem, content_type="text/plain", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    url = request.build_absolute_uri(f"{request.path}?{wanted.pinned}")
    return spreadsheet.answer("spend", COLUMNS, _csv_rows(wanted.report(at)), url=url, at=at)


def _context(wanted: Asked, report: SpendReport, at: datetime) -> dict[str, Any]:
    standings = reports.budgets(at) if wanted.range.is_this_month and not wanted.model else []
    budget = _budget(wanted, report, standings)
    lines = table.lines(report, wanted.sort)
    is_empty = not report.total.calls and not report.before.calls
    return {
        "asked": wanted,
        "report": report,
        "figures": Figures(report),
        "previous_label": _label_of_previous(report),
        "presets": ranges.PRESETS,
        "groups": list(By),
        "heads": table.heads(wanted.sort),
        "lines": lines[: table.MOST],
        "hidden": max(0, len(lines) - table.MOST),
        "uncounted": report.total.calls - report.total.priced,
        "is_empty": is_empty,
        "has_calls": not is_empty or ledger.begun(within(None)) is not None,
        "is_mixed": 0 < report.total.simulated_calls < report.total.calls,
        "total_growth": _total_growth(report),
        "why": why.what_changed(report),
        "budget": budget,
        "over": [each for each in standings if each.used >= 1 and _is_shown(each.budget, wanted, budget)][:MOST_OVER],
        "month": at,
        "gateway_url": settings.AIOPS_GATEWAY_URL,
        **_chart_context(wanted, report),
    }


def _chart_context(wanted: Asked, report: SpendReport) -> dict[str, Any]:
    chart = chart_of(report, report.forecast if wanted.range.is_this_month else None)
    return {
        "chart": chart,
        "figure": charts.figure(chart),
        "wide": charts.picture(chart, width=880, height=300, labels=10),
        "narrow": charts.picture(chart, width=360, height=230, labels=5),
        "finding": charts.finding(chart, by=wanted.by),
    }


def chart_of(report: SpendReport, forecast: Forecast | None) -> charts.Chart:
    """The days of the report, and those to come of the month; the period before lies under its own days."""
    coming = dict(forecast.days) if forecast else {}
    days = (*report.days, *(day for day in coming if day not in report.days))
    padding = (Decimal(),) * (len(days) - len(report.days))
    series = tuple(_series(each, number, padding) for number, each in enumerate(report.series, 1))
    before = _previous(report)[: len(days)]
    return charts.Chart(
        days=days,
        series=series,
        previous=(*before, *(None,) * (len(days) - len(before))) if report.before.calls else (None,) * len(days),
        previous_label=_label_of_previous(report),
        forecast=tuple(coming.get(day) for day in days),
    )


def _previous(report: SpendReport) -> tuple[Decimal | None, ...]:
    """Before the records began nothing is known."""
    begun = report.records_begin or date.min
    amounts = zip(report.previous.days, report.previous_daily, strict=True)
    return tuple(amount if day >= begun else None for day, amount in amounts)


def _series(series: reports.Series, number: int, padding: tuple[Decimal, ...]) -> charts.Series:
    colour = charts.COLOURS if series.key is None else number
    return charts.Series(series.label or why.UNNAMED, colour, (*series.values, *padding))


def _total_growth(report: SpendReport) -> Decimal | None:
    return growth(report.total.known_spend, report.before.known_spend) if report.is_comparable else None


def _label_of_previous(report: SpendReport) -> str:
    days = report.previous.days
    return ranges.days(days[0], days[-1], beside=report.days[-1])


def _is_shown(budget: Budget, wanted: Asked, bar: BudgetBar | None) -> bool:
    """Whether it is within what the page is about, and not said already as the page's own."""
    if bar and budget == bar.standing.budget:
        return False
    fits_tenant = wanted.tenant is None or budget.tenant == wanted.tenant
    return fits_tenant and (wanted.feature is None or budget.feature == wanted.feature)


def _budget(wanted: Asked, report: SpendReport, standings: list[BudgetStanding]) -> BudgetBar | None:
    """Of just what the page shows: a budget over something else would be measured against the wrong sum."""
    feature = wanted.feature and wanted.feature.pk
    monthly = [each for each in standings if each.budget.period == Budget.Period.MONTH]
    fitting = [each for each in monthly if each.budget.feature_id == feature and _covers(each, wanted)]
    return BudgetBar(fitting[0], report.forecast) if fitting else None


def _covers(standing: BudgetStanding, wanted: Asked) -> bool:
    tenant = standing.budget.tenant
    return tenant == wanted.tenant if wanted.tenant else tenant.is_operator


def _csv_rows(report: SpendReport) -> Iterator[tuple[object, ...]]:
    for row in report.rows:
        now = row.now
        yield (
            row.slug,
            row.label,
            now.known_spend,
            None if now.is_unknown else row.share,
            row.before.known_spend,
            now.calls,
            now.unpriced_calls,
            now.simulated_calls,
            now.per_1k_calls,
            now.average_input_tokens,
            now.cached_share,
            now.known_saved,
            now.errors,
            now.stopped,
            now.refused,
            now.kept_calls,
            now.kept_share,
            row.spared,
        )
