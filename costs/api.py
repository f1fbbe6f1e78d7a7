from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from costs import reports
from costs.pricing import plain_text
from costs.reports import SpendReport, SpendRow
from costs.reports.periods import month_start
from costs.serializers import CallQuery, CallShape, SpendQuery, SpendShape
from tenants.lookups import find_feature, find_tenant
from tenants.openapi import answers, paged
from tenants.permissions import Permission
from tenants.refusals import Invalid
from tenants.rest import ConsoleAPIView


class CallList(ConsoleAPIView):
    permissions = {"GET": Permission.CALLS_READ}

    @extend_schema(operation_id="calls_list", parameters=[CallQuery], responses=answers(paged(CallShape)))
    def get(self, request: Request) -> Response:
        """Calls, newest first."""
        query = CallQuery.of(request.query_params)
        limit, before = query.pop("limit"), query.pop("cursor", None)
        rows = reports.calls(at=datetime.now(UTC), before=before, limit=limit + 1, **query | _ids(query))
        following = str(rows[limit - 1]["id"]) if len(rows) > limit else None
        return Response({"results": rows[:limit], "next": following})


class SpendDetail(ConsoleAPIView):
    permissions = {"GET": Permission.SPEND_READ}

    @extend_schema(operation_id="spend", parameters=[SpendQuery], responses=answers(SpendShape))
    def get(self, request: Request) -> Response:
        """What was spent, on what, and why it moved. Money is exact; a call of unknown price is counted apart."""
        query, at = SpendQuery.of(request.query_params), datetime.now(UTC)
        since, until = query.pop("since", month_start(at)), query.pop("until", at)
        if since >= until:
            raise Invalid("since", "it must lie before until.")
        return Response(_report(reports.spend(since, until, at=at, **query | _ids(query))))


def _ids(query: dict[str, Any]) -> dict[str, Any]:
    ids: dict[str, Any] = {}
    if "tenant" in query:
        ids["tenant"] = find_tenant(query["tenant"]).pk
    if "feature" in query:
        ids["feature"] = find_feature(query["feature"]).pk
    return ids


def _report(report: SpendReport) -> dict[str, Any]:
    total, forecast = report.total, report.forecast
    return {
        "by": report.by,
        "since": report.period.since,
        "until": report.period.until,
        "days": report.days,
        "total_usd": _usd(total.known_spend),
        "calls": total.calls,
        "unpriced_calls": total.unpriced_calls,
        "simulated_calls": total.simulated_calls,
        "cached_share": _share(total.cached_share),
        "saved_by_caching_usd": _usd(total.known_saved),
        "rows": [_row(row) for row in report.rows],
        "previous": {
            "since": report.previous.since,
            "until": report.previous.until,
            "total_usd": _usd(report.before.known_spend),
        },
        "delta_usd": plain_text(report.delta),
        "what_changed": [
            {"label": change.label, "delta_usd": plain_text(change.delta), "cause": change.cause}
            for change in report.what_changed
        ],
        "forecast": None
        if forecast is None
        else {
            "total_usd": plain_text(forecast.total),
            "low_usd": plain_text(forecast.low),
            "high_usd": plain_text(forecast.high),
        },
    }


def _row(row: SpendRow) -> dict[str, Any]:
    now = row.now
    return {
        "key": row.slug,
        "label": row.label,
        "cost_usd": _usd(now.known_spend),
        "previous_cost_usd": _usd(row.before.known_spend),
        "share": _share(row.share),
        "calls": now.calls,
        "unpriced_calls": now.unpriced_calls,
        "simulated_calls": now.simulated_calls,
        "cost_per_1k_calls_usd": _usd(now.per_1k_calls),
        "average_input_tokens": _share(now.average_input_tokens),
        "daily_usd": [plain_text(amount) for amount in row.daily],
    }


def _usd(amount: Decimal | None) -> str | None:
    """What is not known is null, not nothing."""
    return None if amount is None else plain_text(amount)


def _share(value: Decimal | None) -> float | None:
    """A ratio, not money."""
    return None if value is None else float(value)
