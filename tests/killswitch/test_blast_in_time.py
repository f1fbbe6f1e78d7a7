"""The record of a stop says what it ended, if that can be told at once: a stop waits for no report."""

import time
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Any

import pytest
from django.db import connection

from costs import reports
from killswitch.lookups import blast_if_quick
from killswitch.targets import Target
from tenants.models import Tenant

UNKNOWN = reports.Blast().as_record()


def busy(seconds: float) -> Callable[..., Any]:
    """Each query takes so long, as on a machine that has much to do."""

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        time.sleep(seconds)
        return execute(sql, params, many, context)

    return run


def limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def test_what_is_quick_is_told(acme: Tenant, now: datetime) -> None:
    before = limit()
    assert blast_if_quick(Target.of(acme), at=now)["calls_per_minute"] == 0
    assert limit() == before


@pytest.mark.parametrize("target", [Target.everything(), Target.model("gpt-test")])
def test_all_queries_together_have_one_deadline(operator: Tenant, now: datetime, target: Target) -> None:
    with connection.execute_wrapper(busy(0.1)):
        began = perf_counter()
        found = blast_if_quick(target, at=now)
        took = perf_counter() - began
    assert found == UNKNOWN
    # The block itself, and what ends it, are two more; without a deadline it would be well over a second.
    assert took < 0.9


def test_one_query_that_hangs_has_it_too(acme: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    before = limit()
    monkeypatch.setattr(reports, "blast", lambda *_, **__: connection.cursor().execute("SELECT pg_sleep(5)"))
    began = perf_counter()
    assert blast_if_quick(Target.of(acme), at=now) == UNKNOWN
    assert perf_counter() - began < 1
    assert limit() == before


def test_a_mistake_in_it_fails_no_stop_and_is_logged(
    acme: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reports, "blast", lambda *_, **__: 1 / 0)
    assert blast_if_quick(Target.of(acme), at=now) == UNKNOWN
    assert "blast.unknown" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert Tenant.objects.filter(pk=acme.pk).exists()
