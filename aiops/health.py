"""Whether the console and what it leans on are well: for load balancers and monitors. No secrets, no names."""

import tomllib
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from aiops import killswitch_metrics
from aiops.checks import checks_at
from costs import heartbeat
from costs.heartbeat import Heartbeat
from costs.models import MinuteTraffic
from tenants.models import Process, Revision
from tenants.scope import ALL, scope


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process lives; the body says what is wrong."""
    checks = checks_at(datetime.now(UTC))
    status = "ok" if all(check.ok for check in checks.values()) else "degraded"
    body = {name: asdict(check) for name, check in checks.items()}
    return _uncached(JsonResponse({"status": status, "checks": body, "version": version()}))


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    fault = _not_ready()
    body = {"status": "not ready", "detail": fault} if fault else {"status": "ready"}
    return _uncached(JsonResponse(body, status=503 if fault else 200))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus; what cannot be read is absent, as nothing is not zero."""
    registry = CollectorRegistry()
    at = datetime.now(UTC)
    _recorder_gauges(registry, heartbeat.read(settings.AIOPS_HOME), at)
    try:
        with scope(ALL):
            _database_gauges(registry, at)
    except Error:
        _readable_gauges(registry, 0)
    return _uncached(HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST))


@cache
def version() -> str:
    text = (settings.BASE_DIR / "pyproject.toml").read_text()
    return str(tomllib.loads(text)["project"]["version"])


def _not_ready() -> str:
    try:
        return "" if _is_migrated() else "The database lacks migrations: run manage.py prepare_database."
    except Error:
        return "PostgreSQL does not answer."


_migrated = False


def _is_migrated() -> bool:
    """Asked of the database each time, as it must answer; compared with the code until it fits once."""
    global _migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _recorder_gauges(registry: CollectorRegistry, said: Heartbeat | None, at: datetime) -> None:
    if said is not None:
        silent = (at - said.at).total_seconds()
        _gauge(registry, "aiops_recorder_silent_seconds", "Since the recorder last reported.", silent)
        _gauge(registry, "aiops_journal_backlog_bytes", "Journalled and not yet recorded.", said.backlog_bytes)
        _gauge(registry, "aiops_dead_letters", "Journal lines that could not be recorded.", said.dead_letters)


def _database_gauges(registry: CollectorRegistry, at: datetime) -> None:
    gateways = Process.objects.gateways()
    killswitch_metrics.register(registry, at)
    _gauge(registry, "aiops_gateways_known", "Gateway processes that have not said goodbye.", gateways.count())
    _gauge(registry, "aiops_gateways_answering", "Of those, in contact.", gateways.answering().count())
    _gauge(registry, "aiops_calls_last_minute", "Calls recorded in the last full minute.", _calls_last_minute(at))
    numbers = Gauge("aiops_revision", "How often stops and configuration have changed.", ["name"], registry=registry)
    for revision in Revision.objects.all():
        numbers.labels(revision.name).set(revision.number)
    _readable_gauges(registry, 1)


def _readable_gauges(registry: CollectorRegistry, value: int) -> None:
    _gauge(registry, "aiops_database_up", "1 while PostgreSQL answers the console.", value)
    told = "0 while the console cannot tell: figures of stops and gateways are absent, which is not zero."
    _gauge(registry, "aiops_killswitch_readable", told, value)


def _calls_last_minute(at: datetime) -> int:
    last = at.replace(second=0, microsecond=0) - timedelta(minutes=1)
    counted: dict[str, Any] = MinuteTraffic.objects.filter(minute=last).aggregate(calls=Sum("calls"))
    return counted["calls"] or 0


def _gauge(registry: CollectorRegistry, name: str, text: str, value: float) -> None:
    Gauge(name, text, registry=registry).set(value)


def _uncached[R: HttpResponse](response: R) -> R:
    response["Cache-Control"] = "no-store"
    return response
