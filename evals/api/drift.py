"""What is watched of what is live, as the Drift page tells it."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evals.drift.history import History, history_of
from evals.drift.rows import Row, rows_of
from evals.drift.signals import SIGNALS
from evals.models import Suite
from evals.serializers import SignalQuery, SignalShape
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView


class SignalList(ConsoleAPIView):
    permissions = {"GET": Permission.EVALS_READ}
    over_everything = True

    @extend_schema(operation_id="drift_signals_list", parameters=[SignalQuery], responses=answers(paged(SignalShape)))
    def get(self, request: Request) -> Response:
        """Every signal of every canary: its state, what it is now and what is usual. Pages are of suites."""
        query = SignalQuery.of(request.query_params)
        suites = Suite.objects.filter(is_canary=True, prompt__isnull=False)
        suites = suites.filter(name=query["suite"]) if "suite" in query else suites
        rows = suites.select_related("prompt", "current").defer("current__content")
        found = page(rows, by="name", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer([signal for suite in found.rows for signal in _signals(history_of(suite))]))


def _signals(history: History) -> Iterator[dict[str, Any]]:
    bands = {each.signal.name: each.watched.baseline for each in history.series}
    bounds = {signal.name: signal.within for signal in SIGNALS}
    for row in rows_of(history):
        baseline = bands.get(row.name)
        low, high = (bounds[row.name](edge) for edge in baseline.band) if baseline else (None, None)
        yield {**_of_row(history, row), "mean": baseline and baseline.mean, "low": low, "high": high}


def _of_row(history: History, row: Row) -> dict[str, Any]:
    return {
        "suite": history.suite.name,
        "prompt_version": history.live and history.live.hash,
        "signal": row.name,
        "label": row.label,
        "state": row.pill.word,
        "last": row.last,
        "usual": row.usual,
        "canaries": history.count,
        "alarm": row.alarm and row.alarm.pk,
        "due_at": history.due_at,
    }
