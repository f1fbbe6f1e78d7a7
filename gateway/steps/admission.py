"""The steps before a provider is asked. Each does one thing to the call, or refuses it."""

import hashlib
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson

from costs.endusers import user_key
from costs.records import LONGEST_TEXT
from gateway.call import Call
from gateway.errors import BadBody, BadKey, BadTag, MissingModel, UnknownModel
from gateway.json_words import kind_of
from gateway.kept.once import HEADER, LONGEST_KEY
from gateway.routing import aliases, canary
from gateway.steps.reading import body_of
from gateway.surfaces import words
from killswitch import scopes
from tenants import keys
from tenants.keys import CONSOLE

# orjson writes 254 levels; what providers are sent has a few more than what callers send.
_DEEPEST: Final = 200
_WRAPPED: Final = 254 - _DEEPEST


# Building the keys takes longer than the guard itself.
@lru_cache(maxsize=8192)
def _keys_of(tenant: UUID, feature: UUID, user: str) -> tuple[str, ...]:
    return scopes.call_keys(tenant, feature, user_key(tenant, user))


def authenticate(call: Call) -> None:
    """From the key follow tenant and environment."""
    scheme, _, text = call.headers.get(b"authorization", b"").decode("ascii", "replace").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise BadKey("This call has no key.")
    parsed = keys.parse(text.strip())
    if parsed is None:
        raise BadKey("This is not a key of this gateway, or it was mistyped.")
    key = call.config.keys.get(parsed.id)
    if key is None and parsed.environment == CONSOLE:
        raise BadKey("This is a key of the console's API, not of calls.")
    if key is None or not keys.matches(parsed.secret, key.secret_hash) or key.environment != parsed.environment:
        raise BadKey("This key is unknown or revoked.")
    if key.expires_at <= call.clock.now():
        raise BadKey("This key has expired.")
    call.key = key


def parse(call: Call) -> None:
    body = body_of(call.raw, call.headers)
    _check_depth(call.raw, body)
    if HEADER in call.headers:
        _check_key(call.headers[HEADER])
        call.body_digest = hashlib.sha256(call.raw).digest()
    call.body, call.raw = body, b""
    call.repeated = call.surface.repeated(body)
    if barred := call.surface.barred(body):
        raise BadBody(barred)
    stream = body.get("stream")
    if stream is not None and not isinstance(stream, bool):
        raise BadBody(f"stream must be true or false, not {kind_of(stream)}.")
    if stream and not call.surface.is_in_words:
        raise BadBody(f"{call.surface.path} has no streams: leave stream out.")
    call.is_streamed = stream is True


def target(call: Call) -> None:
    """What could stop this call."""
    call.targets = _keys_of(call.key.tenant.id, call.feature.id, call.user)


def route(call: Call) -> None:
    """The name in `model` stands for a chain or a model; without one, the feature's chain."""
    named, tenant = model_asked(call), call.key.tenant
    is_unnamed = named in ("", aliases.AUTO)
    chain = call.config.chain_of(call.feature.id, tenant.id) if is_unnamed else ""
    if is_unnamed and not (chain and _may_be_unnamed(call)):
        raise MissingModel(call.config.names_for(tenant), call.feature.slug, chain=chain, named=named)
    found = aliases.route_of(call.config, tenant, call.feature, named)
    if found is None:
        raise unknown_model(call, named or aliases.AUTO)
    call.route = canary.for_somebody(found, call.session or call.user)


def unknown_model(call: Call, named: str) -> UnknownModel:
    names = [name for name, _ in aliases.names_for(call.config, call.key)]
    return UnknownModel(named, names, beginning=aliases.PREFIX if aliases.is_reserved(named) else "")


def measure(call: Call) -> None:
    """Once it is as it will be asked, with its prompt and its sources."""
    call.size = words.size_of_question(call.body)


def _may_be_unnamed(call: Call) -> bool:
    """Nothing is named; what is no text is a mistake."""
    return isinstance(call.body.get("model") or "", str)


def model_asked(call: Call) -> str:
    named = call.body.get("model")
    return named[:LONGEST_TEXT] if isinstance(named, str) else ""


def _check_key(key: bytes) -> None:
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.decode("ascii").isprintable():
        what = f"1 to {LONGEST_KEY} printable ASCII characters, such as a UUID"
        raise BadTag("idempotency-key", f"The header {HEADER.decode()} must be {what}.")


def _check_depth(raw: bytes, body: dict[str, Any]) -> None:
    """What is read but cannot be written would fail on its way to the provider."""
    if raw.count(b"[") + raw.count(b"{") < _DEEPEST:
        return
    wrapped: Any = body
    for _ in range(_WRAPPED):
        wrapped = [wrapped]
    try:
        orjson.dumps(wrapped)
    except TypeError:
        raise BadBody(f"The body is nested deeper than {_DEEPEST} levels.") from None
