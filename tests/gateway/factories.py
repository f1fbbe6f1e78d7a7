"""Pieces of the gateway made by hand, for tests that start no process."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from yarl import URL

from costs.pricing import PriceList
from gateway.call import Call
from gateway.config import Config, Feature, Key, Member, Model, Price, Provider, Route, Tenant
from gateway.steps import admission, tagging
from tenants import keys

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp()
KEY = keys.mint("production")
ANSWERS = Feature(UUID(int=1), "answers")
DRAFTS = Feature(UUID(int=2), "drafts")
VERSION = UUID(int=7)


def make_provider(slug: str = "acme-ai", **values: Any) -> Provider:
    return Provider(slug, URL(f"https://{slug}.example/v1"), {}, **values)


def make_model(slug: str = "mini", *, prices: tuple[Price, ...] | None = None, **values: Any) -> Model:
    listed = (Price(VERSION, 0, PriceList.parse({"input": "1", "output": "2"})),) if prices is None else prices
    return Model(slug, f"{slug}-1", make_provider(**values), listed)


def make_config(*models: Model, key: Key | None = None, allowed: frozenset[str] | None = None) -> Config:
    mine = key or Key(KEY.secret_hash, Tenant(UUID(int=9), "acme", allowed), "production")
    routes = {model.slug: Route(model.slug, (Member(model),)) for model in models or (make_model(),)}
    return Config(1, UUID(int=3), {KEY.id: mine}, {"answers": ANSWERS, "drafts": DRAFTS}, routes)


def make_call(body: Any = None, *, config: Config | None = None, **headers: str) -> Call:
    """Sent with a good key; not a step has been taken yet."""
    sent = {"authorization": f"Bearer {KEY}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = {name.encode(): value.encode() for name, value in sent.items()}
    call = asyncio.run(_begin(raw, config or make_config()))
    call.raw = body if isinstance(body, bytes) else orjson.dumps({"model": "mini"} if body is None else body)
    return call


def admit(call: Call) -> Call:
    """Through every step until it is tagged and routed."""
    first = (admission.authenticate, admission.parse, tagging.tag, admission.target)
    for step in (*first, admission.route, admission.measure):
        step(call)
    return call


async def _begin(headers: dict[bytes, bytes], config: Config) -> Call:
    return Call(headers, config)
