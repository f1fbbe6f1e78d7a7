"""A whole declaration, read and checked before anything of it is applied. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from aiops.declare.chains import ChainEntry, TenantChain, read_chain, read_tenant_chains
from aiops.declare.grounding import GroundingEntry, read_grounding
from aiops.declare.problems import Faulty, Place, Problem
from aiops.declare.reading import Reader
from aiops.lib import addresses
from costs.pricing import BadPrice, PriceList
from gateway import variables
from gateway.dialects.openais_own import is_openais_own

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
# Counters of budgets are doubles in Redis: exact below this many dollars.
_RICHEST: Final = 9_000_000
PERIODS: Final = ("day", "week", "month", "total")
KINDS: Final = ("soft", "hard")
_LONGEST_CACHE_SECONDS: Final = 7 * 24 * 3600
APIS: Final = ("openai", "anthropic")


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    place: Place
    slug: str
    name: str
    base_url: str
    api_key: str | None
    api_key_env: str | None
    prices_from: str
    simulated: bool
    allow_private: bool
    api: str
    has_responses: bool


@dataclass(frozen=True, slots=True)
class ModelEntry:
    place: Place
    slug: str
    provider: str
    upstream: str
    context_window: int | None
    prices: PriceList | None


@dataclass(frozen=True, slots=True)
class FeatureEntry:
    place: Place
    slug: str
    name: str
    description: str
    safe_answer: str
    # None: as it was.
    grounding: GroundingEntry | None
    cache_seconds: int | None
    chain: str | None = None


@dataclass(frozen=True, slots=True)
class TenantEntry:
    place: Place
    slug: str
    name: str
    plan: str
    domain: str
    allowed_models: tuple[str, ...] | None
    max_calls: int | None
    # Those that are not named are as they were.
    chains: tuple[TenantChain, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetEntry:
    """Without a tenant it is over everything; without a feature over all of them."""

    place: Place
    tenant: str | None
    feature: str | None
    amount_usd: Decimal
    period: str
    # None: what it is; a new one is soft.
    kind: str | None


@dataclass(frozen=True, slots=True)
class Document:
    providers: tuple[ProviderEntry, ...] = ()
    models: tuple[ModelEntry, ...] = ()
    chains: tuple[ChainEntry, ...] = ()
    features: tuple[FeatureEntry, ...] = ()
    tenants: tuple[TenantEntry, ...] = ()
    budgets: tuple[BudgetEntry, ...] = ()


def parse(data: Any) -> Document:
    """Raises Faulty with everything that is wrong, not with the first of it."""
    document, problems = read(data)
    if problems:
        raise Faulty(problems)
    return document


def read(data: Any) -> tuple[Document, list[Problem]]:
    """As far as it can be read, and everything that is wrong with it."""
    problems: list[Problem] = []
    top = Reader.of((), data, problems)
    document = Document(
        providers=tuple(_provider(slug, entry) for slug, entry in top.entries("providers")),
        models=tuple(_model(slug, entry) for slug, entry in top.entries("models")),
        chains=tuple(_chain(slug, entry) for slug, entry in top.entries("chains")),
        features=tuple(_feature(slug, entry) for slug, entry in top.entries("features")),
        tenants=tuple(_tenant(slug, entry) for slug, entry in top.entries("tenants")),
        budgets=tuple(filter(None, (_budget(place, each, problems) for place, each in top.items("budgets")))),
    )
    top.end()
    return document, problems + _doubles(document)


def _provider(slug: str, entry: Reader) -> ProviderEntry:
    _check_slug(slug, entry)
    base_url, allow_private = entry.text("base_url", required=True), entry.truth("allow_private")
    key, variable = entry.text("api_key", most=4000) or None, entry.text("api_key_env") or None
    if base_url and (fault := addresses.fault_of(base_url, allow_private=allow_private)):
        entry.problem("base_url", fault)
    if variable and not _VARIABLE.fullmatch(variable):
        entry.problem("api_key_env", "it must be the name of an environment variable, not the key itself.")
    elif variable and (fault := variables.fault_of(variable)):
        entry.problem("api_key_env", fault)
    if key and variable:
        entry.problem("api_key", "the key is given twice; keep one of api_key, api_key_file and api_key_env.")
    api = entry.choice("api", "openai", allowed=APIS)
    has_responses = entry.truth("responses", api == "openai" and is_openais_own(base_url))
    if has_responses and api != "openai":
        entry.problem("responses", f"a provider of api {api} has none.")
    return ProviderEntry(
        place=entry.place,
        slug=slug,
        name=entry.text("name", slug, most=200),
        base_url=base_url,
        api_key=key,
        api_key_env=variable,
        prices_from=entry.text("prices_from", slug, most=63),
        simulated=entry.truth("simulated"),
        allow_private=allow_private,
        api=api,
        has_responses=has_responses,
    )


def _model(slug: str, entry: Reader) -> ModelEntry:
    _check_name(slug, entry)
    return ModelEntry(
        place=entry.place,
        slug=slug,
        provider=entry.text("provider", required=True),
        upstream=entry.text("upstream", slug, most=200),
        context_window=entry.whole("context_window", None, least=1, most=100_000_000),
        prices=_prices(entry.mapping("prices"), entry),
    )


def _prices(stored: Mapping[str, Any] | None, entry: Reader) -> PriceList | None:
    if stored is None:
        return None
    try:
        return PriceList.parse(stored)
    except BadPrice as fault:
        entry.problem("prices", str(fault))
        return None


def _chain(slug: str, entry: Reader) -> ChainEntry:
    _check_name(slug, entry)
    return read_chain(slug, entry)


def _feature(slug: str, entry: Reader) -> FeatureEntry:
    _check_slug(slug, entry)
    name, description = entry.text("name", _title(slug), most=200), entry.text("description", most=2000)
    safe_answer = entry.text("safe_answer", most=4000)
    cache_seconds = entry.whole("cache_seconds", None, least=0, most=_LONGEST_CACHE_SECONDS)
    grounding, chain = read_grounding(entry), entry.text("chain", most=100) or None
    return FeatureEntry(entry.place, slug, name, description, safe_answer, grounding, cache_seconds, chain)


def _tenant(slug: str, entry: Reader) -> TenantEntry:
    _check_slug(slug, entry)
    return TenantEntry(
        place=entry.place,
        slug=slug,
        name=entry.text("name", _title(slug), most=200),
        plan=entry.text("plan", most=60),
        domain=entry.text("domain", most=253),
        allowed_models=entry.texts("allowed_models"),
        chains=read_tenant_chains(entry),
        max_calls=entry.whole("max_calls", None, least=1, most=100_000),
    )


def _budget(place: Place, data: Any, problems: list[Problem]) -> BudgetEntry | None:
    entry = Reader.of(place, data, problems)
    tenant, feature = entry.text("tenant") or None, entry.text("feature") or None
    amount = entry.amount("amount_usd", below=_RICHEST)
    period = entry.choice("period", "month", allowed=PERIODS)
    kind = entry.choice("kind", "", allowed=KINDS) or None
    entry.end()
    return BudgetEntry(place, tenant, feature, amount, period, kind) if amount is not None else None


def _doubles(document: Document) -> list[Problem]:
    models = {model.slug for model in document.models}
    doubled = [
        Problem(chain.place, f"{chain.slug!r} is the name of a model too; models and chains share one space of names.")
        for chain in document.chains
        if chain.slug in models
    ]
    seen: dict[tuple[str | None, str | None, str], BudgetEntry] = {}
    for budget in document.budgets:
        first = seen.setdefault((budget.tenant, budget.feature, budget.period), budget)
        if first is not budget:
            doubled.append(Problem(budget.place, f"it is over the same calls as budgets[{first.place[-1]}]."))
    return doubled


def _check_slug(slug: str, entry: Reader) -> None:
    if not _SLUG.fullmatch(slug):
        entry.problem(None, f"{slug!r} must be lower-case letters, digits and hyphens, at most 63, no hyphen first.")


def _check_name(name: str, entry: Reader) -> None:
    if not _NAME.fullmatch(name):
        entry.problem(None, f"{name!r} must be letters, digits and . _ : / @ -, at most 100, a letter or digit first.")


def _title(slug: str) -> str:
    return slug.replace("-", " ").capitalize()
