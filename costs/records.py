"""The two journal lines of a call: `opened` before a provider is asked, `finished` before the last byte. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple, Self
from uuid import UUID

import orjson

from costs.grounding import Grounding
from costs.hops import Hop as Hop
from costs.pricing import Cost
from costs.shortening import shortened
from costs.usage import Usage

VERSION: Final = 1
# No line is longer: the journal keeps this much room for the end of each open call.
LONGEST_LINE: Final = 8192
# Ids of users and sessions; whoever takes longer ones in should refuse them, as they may be cut here.
LONGEST_TEXT: Final = 200


class Outcome(StrEnum):
    """How a call ended."""

    OK = "ok"
    # By the gateway, before a provider was asked: an unknown model, a journal that is full.
    REFUSED = "refused"
    STOPPED = "stopped"
    OVER_BUDGET = "over_budget"
    PROVIDER_ERROR = "provider_error"
    # The caller went away.
    CANCELLED = "cancelled"
    # Its gateway process died.
    INTERRUPTED = "interrupted"


class PriceMatch(StrEnum):
    """How the price was found. Only `unpriced` leaves the cost unknown."""

    EXACT = "exact"
    # No provider was asked, so it cost nothing.
    NOTHING_ASKED = "nothing_asked"
    UNPRICED = "unpriced"


class PromptChoice(StrEnum):
    """Who chose the version of a prompt: a lane, everybody's or the tenant's own, or the caller, who named it."""

    MAIN = "main"
    CANARY = "canary"
    TENANT = "tenant"
    TENANT_CANARY = "tenant_canary"
    PINNED = "pinned"


class BadRecord(ValueError):
    """A line that is neither record."""


class Opened(NamedTuple):
    """A call that is about to ask a provider; `model` and `provider` are the first of its chain."""

    id: UUID
    tenant: UUID
    feature: UUID
    user: str
    session: str
    environment: str
    model_asked: str
    chain: str
    prompt_version: str | None
    model: str
    provider: str
    estimated_input_tokens: int
    price_version: UUID | None
    simulated: bool
    streamed: bool
    # Empty: without a prompt, or of a gateway that did not tell.
    prompt_choice: PromptChoice | Literal[""] = ""

    def to_line(self) -> bytes:
        return _line(self._wire()) or _dumps(self.cut()._wire())

    def cut(self) -> Self:
        return self._replace(
            user=shortened(self.user, LONGEST_TEXT),
            session=shortened(self.session, LONGEST_TEXT),
            environment=shortened(self.environment),
            model_asked=shortened(self.model_asked),
            chain=shortened(self.chain),
            prompt_version=shortened(self.prompt_version) if self.prompt_version else None,
            model=shortened(self.model),
            provider=shortened(self.provider),
        )

    def _wire(self) -> dict[str, Any]:
        return {"v": VERSION, "opened": self[:-1], **self.choice()}

    def choice(self) -> dict[str, str]:
        # Beside the fields, which an older recorder counts from the end.
        return {"choice": self.prompt_choice} if self.prompt_choice else {}


class Finished(NamedTuple):
    """All that is kept of a call. `model` and `provider` are who served; `cost` is None when the price is unknown."""

    call: Opened
    outcome: Outcome
    model: str
    provider: str
    usage: Usage
    cost: Cost | None
    price_version: UUID | None
    price_match: PriceMatch
    hops: tuple[Hop, ...]
    latency_ms: int | None
    first_chunk_ms: int | None
    fallback: bool = False
    # Tokens or cost are our count, not the provider's.
    estimated: bool = False
    error_code: str = ""
    stop_id: UUID | None = None
    finish_reason: str = ""
    # Of a call with sources, or whose feature demands some.
    grounding: Grounding | None = None

    def to_line(self) -> bytes:
        return _line(self._wire()) or self._with_fewer_sources() or self._cut()._shortest()

    def _shortest(self) -> bytes:
        return self._with_fewer_sources() or _dumps(self._wire())

    def _with_fewer_sources(self) -> bytes:
        """As many as have room beside all the rest; empty when that is too long without any."""
        if self.grounding is None:
            return b""
        bare = _line(self._replace(grounding=self.grounding.without_sources())._wire())
        room = LONGEST_LINE - len(bare)
        return bare and _dumps(self._replace(grounding=self.grounding.fitting(room))._wire())

    def _cut(self) -> Self:
        return self._replace(
            call=self.call.cut(),
            model=shortened(self.model),
            provider=shortened(self.provider),
            hops=(),
            error_code=shortened(self.error_code),
            finish_reason=shortened(self.finish_reason),
        )

    def _wire(self) -> dict[str, Any]:
        call, outcome, model, provider, usage, cost, version, match, hops, *rest, grounding = self
        amounts = None if cost is None else [str(amount) for amount in cost]
        tried = [hop.wire() for hop in hops]
        quoted = () if grounding is None else (grounding.wire(),)
        finished = (outcome, model, provider, tuple(usage), amounts, version, match, tried, *rest, *quoted)
        return {"v": VERSION, "finished": finished, "call": call[:-1], **call.choice()}


def parse(line: bytes) -> Opened | Finished:
    """Read one line back; whatever is wrong with it is a BadRecord."""
    try:
        record: Mapping[str, Any] = orjson.loads(line)
        if record["v"] != VERSION:
            raise BadRecord(f"version {record['v']!r} is not {VERSION}")
        return _finished(record) if "finished" in record else _opened(record["opened"], record)
    except BadRecord:
        raise
    except Exception as fault:
        raise BadRecord(f"{type(fault).__name__}: {fault}") from fault


def _opened(fields: list[Any], record: Mapping[str, Any]) -> Opened:
    raw = Opened._make([*fields, ""])
    return raw._replace(
        id=UUID(fields[0]),
        tenant=UUID(fields[1]),
        feature=UUID(fields[2]),
        price_version=_uuid_or_none(raw.price_version),
        prompt_choice=PromptChoice(record["choice"]) if "choice" in record else "",
    )


def _finished(record: Mapping[str, Any]) -> Finished:
    # A line from before calls counted quotes ends one field earlier.
    raw = Finished(_opened(record["call"], record), *record["finished"])
    return raw._replace(
        outcome=Outcome(raw.outcome),
        usage=Usage._make(raw.usage),
        cost=None if raw.cost is None else Cost._make(map(Decimal, raw.cost)),
        price_version=_uuid_or_none(raw.price_version),
        price_match=PriceMatch(raw.price_match),
        hops=tuple(map(Hop.parse, raw.hops)),
        stop_id=_uuid_or_none(raw.stop_id),
        grounding=None if raw.grounding is None else Grounding.parse(list(raw.grounding)),
    )


def _uuid_or_none(value: Any) -> UUID | None:
    return None if value is None else UUID(value)


def _dumps(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def _line(record: dict[str, Any]) -> bytes:
    """Empty when it does not fit a line."""
    try:
        line = _dumps(record)
    except orjson.JSONEncodeError:
        # Half a surrogate pair has no bytes.
        return b""
    return line if len(line) <= LONGEST_LINE else b""
