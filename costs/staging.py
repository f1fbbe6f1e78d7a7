"""The SQL of recording: a staging table, and one statement from it to calls, roll-ups and end users."""

from typing import Final

from costs.rows import STAGED

STAGE: Final = "CREATE TEMP TABLE IF NOT EXISTS costs_stage ({}) ON COMMIT DELETE ROWS".format(
    ", ".join(f"{name} {kind}" for name, kind in STAGED.items())
)
COPY: Final = "COPY costs_stage FROM STDIN (FORMAT BINARY)"
_COUNTED: Final = (
    "calls", "errors", "stopped", "refused", "fallbacks", "kept_calls", "unpriced_calls", "input_tokens",
    "cached_tokens", "output_tokens", "cost_usd", "saved_usd", "latency_ms_sum", "timed_calls",
)  # fmt: skip
_INSERT: Final = """
WITH new AS (
  INSERT INTO costs_call (
    id, tenant_id, feature_id, user_key, price_version, stop_id, input_tokens, cached_tokens, cache_write_tokens,
    output_tokens, reasoning_tokens, audio_input_tokens, audio_output_tokens, latency_ms, first_chunk_ms, simulated,
    streamed, fallback, estimated, session, environment, model_asked, chain, model, provider, prompt_version, outcome,
    error_code, finish_reason, hops, cost_usd, cost_input, cost_cached, cost_cache_write, cost_output, cost_fee,
    saved_usd, price_match, confidence, quotes_verified, quotes_near, quotes_wrong_source, quotes_fabricated,
    sources_given, sources_cited, retrieved_tokens, uncited_tokens, refusal, sources,
    quotes, asked_ms, attempt_ms, prompt_choice
  )
  SELECT
    id::uuid, tenant_id::uuid, feature_id::uuid, user_key::uuid, price_version::uuid, stop_id::uuid, input_tokens,
    cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, audio_input_tokens, audio_output_tokens,
    latency_ms, first_chunk_ms, simulated, streamed, fallback, estimated, session, environment, model_asked, chain,
    model, provider, prompt_version, outcome, error_code, finish_reason, hops::jsonb, cost_usd::numeric,
    cost_input::numeric, cost_cached::numeric, cost_cache_write::numeric, cost_output::numeric, cost_fee::numeric,
    nullif(saved_usd::numeric, 0), price_match, confidence::numeric, quotes_verified, quotes_near,
    quotes_wrong_source, quotes_fabricated, sources_given, sources_cited, retrieved_tokens, uncited_tokens, refusal,
    sources::jsonb, quotes::jsonb, asked_ms, attempt_ms, prompt_choice
  FROM costs_stage
  ON CONFLICT DO NOTHING
  RETURNING tenant_id, id, feature_id, user_key, environment, provider, model, prompt_version, simulated, outcome,
    fallback, input_tokens, cached_tokens, output_tokens, cost_usd, saved_usd, latency_ms, uuid7_time(id) AS at,
    outcome = 'ok' AND price_match = 'nothing_asked' AND hops IS NOT NULL AS is_kept
), added AS (
  SELECT tenant_id, date_trunc('hour', at, 'UTC') AS hour, environment, feature_id, provider, model, prompt_version,
    simulated,
    count(*) AS calls,
    count(*) FILTER (WHERE outcome IN ('provider_error', 'interrupted')) AS errors,
    count(*) FILTER (WHERE outcome = 'stopped') AS stopped,
    count(*) FILTER (WHERE outcome IN ('refused', 'over_budget')) AS refused,
    count(*) FILTER (WHERE fallback) AS fallbacks,
    count(*) FILTER (WHERE is_kept) AS kept_calls,
    count(*) FILTER (WHERE cost_usd IS NULL) AS unpriced_calls,
    sum(input_tokens) AS input_tokens, sum(cached_tokens) AS cached_tokens, sum(output_tokens) AS output_tokens,
    coalesce(sum(cost_usd), 0) AS cost_usd, coalesce(sum(saved_usd), 0) AS saved_usd,
    coalesce(sum(latency_ms), 0) AS latency_ms_sum, count(latency_ms) AS timed_calls
  FROM new GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), hours AS (
  INSERT INTO costs_hourlyspend AS kept (
    tenant_id, hour, environment, feature_id, provider, model, prompt_version, simulated, {columns}
  )
  SELECT tenant_id, hour, environment, feature_id, provider, model, prompt_version, simulated, {columns}
  FROM added ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
  ON CONFLICT (tenant_id, hour, environment, feature_id, provider, model, prompt_version, simulated)
  DO UPDATE SET {kept_and_new}
), days AS (
  INSERT INTO costs_dailyspend AS kept (
    tenant_id, day, environment, feature_id, provider, model, simulated, {columns}
  )
  SELECT tenant_id, (hour AT TIME ZONE 'UTC')::date, environment, feature_id, provider, model, simulated, {sums}
  FROM added GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
  ON CONFLICT (tenant_id, day, environment, feature_id, provider, model, simulated)
  DO UPDATE SET {kept_and_new}
), minutes AS (
  INSERT INTO costs_minutetraffic AS kept (tenant_id, minute, feature_id, calls, errors, stopped, last_at)
  SELECT tenant_id, date_trunc('minute', at), feature_id, count(*),
    count(*) FILTER (WHERE outcome IN ('provider_error', 'interrupted')),
    count(*) FILTER (WHERE outcome = 'stopped'),
    max(at)
  FROM new WHERE at > %(recent)s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (tenant_id, minute, feature_id) DO UPDATE SET
    calls = kept.calls + excluded.calls,
    errors = kept.errors + excluded.errors,
    stopped = kept.stopped + excluded.stopped,
    last_at = greatest(kept.last_at, excluded.last_at)
), seen AS (
  SELECT new.tenant_id, new.user_key, max(costs_stage.label) AS label, max(new.at) AS at
  FROM new JOIN costs_stage ON costs_stage.id::uuid = new.id
  GROUP BY 1, 2
), users AS (
  INSERT INTO costs_enduser AS kept (tenant_id, key, label, seen_at)
  SELECT tenant_id, user_key, label, at FROM seen
  -- Half a minute is near enough, and spares a write for most calls.
  WHERE NOT EXISTS (
    SELECT FROM costs_enduser known WHERE known.tenant_id = seen.tenant_id AND known.key = seen.user_key
      AND known.seen_at > seen.at - interval '30 seconds')
  ORDER BY 1, 2
  ON CONFLICT (tenant_id, key) DO UPDATE SET
    label = excluded.label, seen_at = greatest(kept.seen_at, excluded.seen_at)
)
SELECT count(*) FROM new
"""
INSERT: Final = _INSERT.format(
    columns=", ".join(_COUNTED),
    sums=", ".join(f"sum({name})" for name in _COUNTED),
    kept_and_new=", ".join(f"{name} = kept.{name} + excluded.{name}" for name in _COUNTED),
)
