"""From a `finished` line to a row of the staging table; done for every call, so it makes no spare object."""

from typing import Any, Final, NamedTuple

import orjson

from costs.endusers import key_hex
from costs.records import VERSION, BadRecord

_MS_A_DAY: Final = 86_400_000
_NAME: Final = 200
_CHOICE: Final = 20
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
    "confidence": "text",
    "quotes_verified": "int4",
    "quotes_near": "int4",
    "quotes_wrong_source": "int4",
    "quotes_fabricated": "int4",
    "sources_given": "int4",
    "sources_cited": "int4",
    "retrieved_tokens": "int4",
    "uncited_tokens": "int4",
    "refusal": "text",
    "sources": "text",
    "quotes": "text",
    "asked_ms": "int4",
    "attempt_ms": "int4",
    "prompt_choice": "text",
}
_NO_COST: Final = (None,) * 7
_NOT_GROUNDED: Final = (*(None,) * 9, "", None, None)


class Letter(NamedTuple):
    """A line that cannot be recorded, where it stands, and why."""

    file: str
    offset: int
    line: bytes
    fault: str


class Row(NamedTuple):
    """One call, its values in the order of STAGED, with the line it came from."""

    file: str
    offset: int
    line: bytes
    # Since 1970.
    day: int
    values: tuple[Any, ...]

    def refused(self, fault: str) -> Letter:
        return Letter(self.file, self.offset, self.line, fault)


def row_of(line: bytes, file: str, offset: int) -> Row:
    """Raises BadRecord; what only PostgreSQL can judge, it will."""
    try:
        # PostgreSQL's text takes every character but this one.
        clean = line.replace(rb"\u0000", rb"\ufffd") if rb"\u0000" in line else line
        values = _values(orjson.loads(clean))
        call = values[0]
        return Row(file, offset, line, int(call[:8] + call[9:13], 16) // _MS_A_DAY, values)
    except BadRecord:
        raise
    except Exception as fault:
        raise BadRecord(f"{type(fault).__name__}: {fault}") from fault


def _values(record: dict[str, Any]) -> tuple[Any, ...]:
    if record["v"] != VERSION:
        raise BadRecord(f"version {record['v']!r} is not {VERSION}")
    id_, tenant, feature, user, session, environment, asked, chain, prompt, *_, simulated, streamed = record["call"]
    outcome, model, provider, usage, cost, version, match, hops, *rest = record["finished"]
    latency, first, fallback, estimated, error, stop, end, *grounding = rest
    return (
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
        _told(hops) if hops else None,
        latency,
        first,
        fallback,
        estimated,
        error[:_NAME],
        stop,
        end[:_NAME],
        *(_grounded(*grounding) if grounding else _NOT_GROUNDED),
        *_only_attempt(hops),
        record.get("choice", "")[:_CHOICE],
    )


def _grounded(fields: list[Any]) -> tuple[Any, ...]:
    # A line from before quotes were kept ends with the sources.
    told, (refusal, sources, *quotes) = fields[:9], fields[9:]
    kept = orjson.dumps(quotes[0]).decode() if quotes else None
    return (*told, refusal[:_NAME], orjson.dumps(sources).decode(), kept)


def _told(hops: list[Any]) -> str | None:
    """A single attempt that answered tells nothing that the call does not."""
    return None if _is_plain(hops) else orjson.dumps(hops).decode()


def _only_attempt(hops: list[Any]) -> tuple[int | None, int | None]:
    """When the only attempt began and how long it took to answer: two numbers, where a list of one would be most of
    the table."""
    return (hops[0][5], hops[0][3]) if _is_plain(hops) and len(hops[0]) > 5 else (None, None)


def _is_plain(hops: list[Any]) -> bool:
    return len(hops) == 1 and hops[0][2] == 200 and not hops[0][4]
