"""From a `finished` line to a row of the staging table; done for every call, so it makes no spare object."""

from typing import Any, Final, NamedTuple

import orjson

from costs.endusers import key_hex
from costs.records import VERSION, BadRecord

_MS_A_DAY: Final = 86_400_000
_NAME: Final = 200
# Ids and amounts go as text: PostgreSQL reads them faster than Python does.
STAGED: Final = {
    "id": "text",
    "tenant_id": "text",
    "feature_id": "text",
    "user_key": "text",
    "label": "text",
    "session": "text",
    "environment": "text",
    "model_asked": "text",
    "chain": "text",
    "prompt_version": "text",
    "simulated": "bool",
    "streamed": "bool",
    "outcome": "text",
    "model": "text",
    "provider": "text",
    "input_tokens": "int4",
    "cached_tokens": "int4",
    "cache_write_tokens": "int4",
    "output_tokens": "int4",
    "reasoning_tokens": "int4",
    "audio_input_tokens": "int4",
    "audio_output_tokens": "int4",
    "cost_input": "text",
    "cost_cached": "text",
    "cost_cache_write": "text",
    "cost_output": "text",
    "cost_fee": "text",
    "cost_usd": "text",
    "saved_usd": "text",
    "price_version": "text",
    "price_match": "text",
    "hops": "text",
    "latency_ms": "int4",
    "first_chunk_ms": "int4",
    "fallback": "bool",
    "estimated": "bool",
    "error_code": "text",
    "stop_id": "text",
    "finish_reason": "text",
}
_NO_COST: Final = (None,) * 7


class Place(NamedTuple):
    """Where a line stands."""

    file: str
    offset: int


class Letter(NamedTuple):
    """A line that cannot be recorded, and why."""

    place: Place
    line: bytes
    fault: str


class Row(NamedTuple):
    """One call, in the order of STAGED, with the line it came from."""

    place: Place
    line: bytes
    # Since 1970.
    day: int
    values: tuple[Any, ...]


def row_of(line: bytes, place: Place) -> Row:
    """Raises BadRecord; what only PostgreSQL can judge, it will."""
    try:
        return _row(orjson.loads(_storable(line)), line, place)
    except BadRecord:
        raise
    except Exception as fault:
        raise BadRecord(f"{type(fault).__name__}: {fault}") from fault


def _storable(line: bytes) -> bytes:
    # PostgreSQL's text takes every character but this one.
    return line.replace(rb"\u0000", rb"\ufffd") if rb"\u0000" in line else line


def _row(record: dict[str, Any], line: bytes, place: Place) -> Row:
    if record["v"] != VERSION:
        raise BadRecord(f"version {record['v']!r} is not {VERSION}")
    id_, tenant, feature, user, session, environment, asked, chain, prompt, *_, simulated, streamed = record["call"]
    outcome, model, provider, usage, cost, version, match, hops, *rest = record["finished"]
    latency, first, fallback, estimated, error, stop, end = rest
    values = (
        id_,
        tenant,
        feature,
        key_hex(tenant, user),
        user[:_NAME],
        session[:_NAME],
        environment[:100],
        asked[:_NAME],
        chain[:_NAME],
        prompt[:_NAME] if prompt else "",
        simulated,
        streamed,
        outcome,
        model[:_NAME],
        provider[:_NAME],
        *usage,
        *(cost or _NO_COST),
        version,
        match,
        _told(hops),
        latency,
        first,
        fallback,
        estimated,
        error[:_NAME],
        stop,
        end[:_NAME],
    )
    return Row(place, line, int(id_[:8] + id_[9:13], 16) // _MS_A_DAY, values)


def _told(hops: list[Any]) -> str | None:
    """A single attempt that answered tells nothing that the call does not."""
    if not hops or (len(hops) == 1 and hops[0][2] == 200 and not hops[0][4]):
        return None
    return orjson.dumps(hops).decode()
