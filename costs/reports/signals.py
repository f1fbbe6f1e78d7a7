"""What automatic stops count: bad calls of a short while, by what could be stopped. Bounded: a look takes no second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, Sum

from aiops.lib import uuid7
from costs.models import HourlySpend
from costs.reasons import BROKEN, ITS_OWN_4XX
from costs.reports.periods import hour_of
from tenants.models import Tenant

type By = Literal["model", "provider", "prompt_version", "tenant_feature"]
type Kind = Literal["errors", "ungrounded", "schema", "calls"]

# An id tells when a call began; it is counted when it ended, and no chain is walked for longer.
LONGEST_CALL: Final = timedelta(minutes=2)
# Most calls take less.
_SHORTLY: Final = timedelta(seconds=2)
SAMPLE: Final = 10
# What is usual is the mean of the hours of a day in which anything was spent, if there are so many.
FEWEST_HOURS: Final = 3
_DAY: Final = timedelta(hours=24)

_RECENT: Final = """
WITH recent AS (
  SELECT id, tenant_id, feature_id, user_key, prompt_version, model, provider, outcome, hops, refusal, confidence,
    sources_given, quotes_verified, quotes_near, cost_usd
  FROM costs_call
  WHERE id >= %(first)s AND id < %(last)s AND tenant_id <> %(operator)s
    -- Only of those that began before is it asked whether they ended since; and of few, as it takes long.
    AND (id >= %(since)s OR ((id >= %(shortly)s OR latency_ms >= %(shortly_ms)s)
      AND ('x' || left(id::text, 8) || substr(id::text, 10, 4))::bit(48)::bigint + coalesce(latency_ms, 0)
        >= %(since_ms)s))
)
"""
# What happened at a model: the last attempt of a call there counts, so that a connection that had gone stale and was
# made anew is no failure. Attempts that nobody made are left out, as are those refused for being too many: the
# gateway's own cool-down is for them. A fault that the provider found with the request itself is no fault of its.
_ATTEMPTS: Final = """,
tried AS (
  SELECT recent.id, tenant_id, user_key, hop ->> 0 AS at_model, hop ->> 1 AS at_provider, (hop ->> 2)::int AS status,
    hop ->> 4 AS reason, place, outcome, jsonb_array_length(hops) AS last_place
  FROM recent CROSS JOIN LATERAL jsonb_array_elements(hops) WITH ORDINALITY AS h (hop, place)
  WHERE hops IS NOT NULL AND outcome IN ('ok', 'provider_error', 'cancelled', 'stopped')
), judged AS (
  SELECT *, reason = ANY (%(broken)s) OR status >= 500 OR status = ANY (%(its_own)s)
      OR (reason = '' AND place = last_place AND outcome = 'provider_error') AS is_bad,
    status BETWEEN 400 AND 499 AND status <> 429
      OR (reason = '' AND (place < last_place OR outcome = 'ok')) AS is_answered
  FROM tried
), last_there AS (
  SELECT DISTINCT ON (id, {tried_key}) id, tenant_id, user_key, {tried_key} AS subject, is_bad
  FROM judged WHERE is_bad OR is_answered ORDER BY id, {tried_key}, place DESC
), seen AS (
  SELECT id, tenant_id, user_key, subject, true AS is_counted, is_bad FROM last_there
  UNION ALL
  SELECT id, tenant_id, user_key, {key}, true, outcome = 'provider_error' FROM recent
  WHERE hops IS NULL AND model <> '' AND outcome IN ('ok', 'provider_error')
)
"""
_CALLS: Final = """,
seen AS (
  SELECT id, tenant_id, user_key, {key} AS subject, {counted} AS is_counted, {bad} AS is_bad FROM recent
  WHERE {named}
)
"""
_SUMS: Final = """
SELECT subject, count(*), count(*) FILTER (WHERE is_bad), count(DISTINCT user_key),
  (array_agg(id ORDER BY id DESC) FILTER (WHERE is_bad))[1:%(sample)s]
FROM seen WHERE is_counted GROUP BY subject HAVING count(*) >= %(fewest)s
"""
_MODEL_KEY: Final = "{provider} || '/' || {model}"
_KEYS: Final[Mapping[By, str]] = {
    "model": _MODEL_KEY.format(provider="provider", model="model"),
    "provider": "provider",
    "prompt_version": "prompt_version",
    "tenant_feature": "tenant_id::text || '/' || feature_id::text",
}
_ATTEMPT_KEYS: Final[Mapping[By, str]] = {
    "model": _MODEL_KEY.format(provider="at_provider", model="at_model"),
    "provider": "at_provider",
}
_NAMED: Final[Mapping[By, str]] = {
    "model": "model <> ''",
    "provider": "provider <> ''",
    "prompt_version": "prompt_version <> ''",
    "tenant_feature": "true",
}
_GROUNDED: Final = "outcome = 'ok' AND sources_given IS NOT NULL"
_KINDS: Final[Mapping[Kind, tuple[str, str]]] = {
    "errors": ("outcome IN ('ok', 'provider_error')", "outcome = 'provider_error'"),
    # Refused for what the answer was; or given all the same, and not one of its quotes holds.
    "ungrounded": (
        f"{_GROUNDED} AND confidence IS NOT NULL",
        "refusal IN ('unverified', 'low_confidence', 'model_refused') OR quotes_verified + quotes_near = 0",
    ),
    # An answer that could not be read told no confidence either.
    "schema": (_GROUNDED, "confidence IS NULL"),
    "calls": ("outcome IN ('ok', 'provider_error')", "false"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    calls: int
    bad: int
    callers: int
    sample: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CostRate:
    """Dollars a minute, now and usually; `usual` is None where too little is known to tell."""

    now: Decimal
    usual: Decimal | None


def counted(kind: Kind, by: By, *, since: datetime, until: datetime, fewest: int) -> dict[str, Counted]:
    """Of calls that ended since, and began until then; by `provider/model`, provider, hash of a prompt's version, or
    `tenant/feature`. The console's own calls are not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_query(kind, by), _values(since, until, fewest))
        return {
            subject: Counted(calls, bad, callers, tuple(sample or ()))
            for subject, calls, bad, callers, sample in cursor.fetchall()
        }


def cost_rates(by: By, *, since: datetime, until: datetime) -> dict[str, CostRate]:
    """What is spent a minute in this while, against the mean of the hours of the last day in which it spent."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_RECENT} SELECT {_KEYS[by]} AS subject, sum(cost_usd) FROM recent WHERE {_NAMED[by]} GROUP BY subject",  # noqa: S608 - words of ours
            _values(since, until, 1),
        )
        spent = dict(cursor.fetchall())
    usual = _usual(by, until)
    minutes = Decimal((until - since).total_seconds()) / 60
    return {key: CostRate((amount or Decimal(0)) / minutes, usual.get(key)) for key, amount in spent.items()}


def _query(kind: Kind, by: By) -> str:
    if kind == "errors" and by in _ATTEMPT_KEYS:
        return _RECENT + _ATTEMPTS.format(key=_KEYS[by], tried_key=_ATTEMPT_KEYS[by]) + _SUMS
    population, bad = _KINDS[kind]
    return _RECENT + _CALLS.format(key=_KEYS[by], counted=population, bad=bad, named=_NAMED[by]) + _SUMS


def _values(since: datetime, until: datetime, fewest: int) -> dict[str, Any]:
    first, last = uuid7.floor(since), uuid7.floor(until)
    return {
        "first": uuid7.floor(since - LONGEST_CALL),
        "last": last,
        "since": first,
        "since_ms": first.int >> 80,
        "shortly": uuid7.floor(since - _SHORTLY),
        "shortly_ms": int(_SHORTLY.total_seconds() * 1000),
        "operator": Tenant.objects.operator().pk,
        "sample": SAMPLE,
        "broken": list(map(str, BROKEN)),
        "its_own": list(ITS_OWN_4XX),
        "fewest": fewest,
    }


def _usual(by: By, until: datetime) -> dict[str, Decimal]:
    """Dollars a minute."""
    hour = hour_of(until)
    rows = HourlySpend.objects.between(hour - _DAY, hour).exclude(tenant=Tenant.objects.operator())
    names = {"model": ("provider", "model"), "tenant_feature": ("tenant_id", "feature_id")}.get(by, (by,))
    spending = Count("hour", distinct=True, filter=Q(cost_usd__gt=0))
    sums = rows.values_list(*names).annotate(amount=Sum("cost_usd"), hours=spending)
    return {
        "/".join(map(str, key)): Decimal(amount) / hours / 60
        for *key, amount, hours in sums
        if hours >= FEWEST_HOURS and amount
    }
