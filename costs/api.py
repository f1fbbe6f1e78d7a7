from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from costs import reports
from costs.call_query import CallQuery
from costs.pricing import plain_text
from costs.reports import SpendReport, SpendRow, Wanted
from costs.reports.calls import SECONDS, Found, Sort, as_opened_row, as_rows, older, open_call, ranked, unknown
from costs.reports.periods import month_start
from costs.serializers import CallShape, OpenedCallShape, SpendQuery, SpendShape
from gateway.grounding.verdict import Reason
from gateway.known_names import names
from gateway.refusal_words import reason_of
from tenants.lookups import find_feature, find_tenant_or_operator
from tenants.openapi import answers, paged
from tenants.permissions import Permission
from tenants.refusals import Invalid, NotFound
from tenants.rest import ConsoleAPIView, Polled
from tenants.scope import ALL


class CallList(Polled):
    permissions = {"GET": Permission.CALLS_READ}

    @extend_schema(operation_id="calls_list", parameters=[CallQuery], responses=answers(paged(CallShape)))
    def get(self, request: Request) -> Response:
        """Calls, newest first unless another order is asked for."""
        query = CallQuery.of(request.query_params)
        if "refusal" in query:
            query["refusal"] = _refusal(query["refusal"])
        limit, sort = query.pop("limit"), Sort(query.pop("sort"))
        place = {name: query.pop(name, None) for name in ("since", "until", "cursor")}
        wanted = Wanted(outcomes=[outcome] if (outcome := query.pop("outcome", None)) else (), **query | _ids(query))
        found = _find(wanted, sort, place, limit + 1)
        shown, has_more = found.calls[:limit], len(found.calls) > limit
        # What took too long to look through goes on from where the time was up.
        following = shown[-1].id if has_more else found.reached
        if not shown and following is None and place["cursor"] is None:
            self._check_names(wanted)
        return Response({"results": as_rows(shown), "next": following and str(following)})

    def _check_names(self, wanted: Wanted) -> None:
        """Of what finds nothing; who may not read the configuration is not told what is in it."""
        if self.principal.over(Permission.CONFIG_READ) != ALL:
            return
        if fault := unknown(wanted, names()):
            raise ValidationError({fault.field: [f"{fault.value!r} is not there. Allowed: {fault.allowed}."]})


class CallDetail(ConsoleAPIView):
    permissions = {"GET": Permission.CALLS_READ}

    @extend_schema(operation_id="calls_read", responses=answers(OpenedCallShape))
    def get(self, request: Request, call_id: UUID) -> Response:
        """One call with its attempts, and its cost by component. Another tenant's call is not there."""
        opened = open_call(call_id)
        if opened is None:
            raise NotFound("There is no such call that you may see.")
        return Response(as_opened_row(opened))


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


def _find(wanted: Wanted, sort: Sort, place: dict[str, Any], limit: int) -> Found:
    rows, at, since, until = wanted.rows(), datetime.now(UTC), place["since"], place["until"]
    if sort is Sort.NEWEST:
        return older(rows, at=at, since=since, until=until, before=place["cursor"], limit=limit, seconds=SECONDS)
    found = ranked(rows, sort, at=at, since=since, until=until, after=place["cursor"], limit=limit, seconds=SECONDS)
    if found.reached_at is not None:
        # Part of them in order would pass for all of them.
        raise Invalid("sort", f"there are too many calls before {found.reached_at:%Y-%m-%dT%H:%MZ} to look through.")
    return found


def _refusal(said: str) -> str:
    if reason := reason_of(said):
        return reason
    raise ValidationError({"refusal": [f"{said!r} is not allowed. Allowed: {', '.join(Reason)}."]})


def _ids(query: dict[str, Any]) -> dict[str, Any]:
    ids: dict[str, Any] = {}
    if "tenant" in query:
        ids["tenant"] = find_tenant_or_operator(query["tenant"]).pk
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
        "kept_calls": total.kept_calls,
        "kept_share": _share(total.kept_share),
        "saved_by_kept_usd": _usd(report.spared),
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
        "kept_calls": now.kept_calls,
        "saved_by_kept_usd": _usd(row.spared),
        "daily_usd": [plain_text(amount) for amount in row.daily],
    }


def _usd(amount: Decimal | None) -> str | None:
    """What is not known is null, not nothing."""
    return None if amount is None else plain_text(amount)


def _share(value: Decimal | None) -> float | None:
    """A ratio, not money."""
    return None if value is None else float(value)
