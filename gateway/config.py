"""The gateway's configuration as one process holds it: immutable, whole, swapped by one assignment. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Final
from uuid import UUID

from yarl import URL

from costs.budgeting.limits import Limits
from costs.pricing import PriceList
from gateway.grounding.policy import OFF, Policy
from gateway.loading.prompt_text import PromptText
from gateway.routing.triggers import EVERY, Trigger
from killswitch import scopes
from prompts.choosing import Chosen, Offer, choose

NEVER_READ = UUID(int=0)
# What providers are asked at.
_PATHS: Final = ("/chat/completions", "/responses", "/embeddings", "/messages")


class Api(StrEnum):
    """What a provider speaks."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"


@dataclass(frozen=True, slots=True)
class Tenant:
    id: UUID
    slug: str
    # Names of models and chains; None: all.
    allowed: frozenset[str] | None = None
    # Under way in one process; None: the process's usual share.
    max_calls: int | None = None
    # The built-in one, as which the console's own checks call.
    is_operator: bool = False

    def may_use(self, name: str) -> bool:
        return self.allowed is None or name in self.allowed

    def may_name(self, feature: "Feature") -> bool:
        return self.is_operator or not feature.is_own


@dataclass(frozen=True, slots=True)
class Caching:
    """For how long an answer stands for the same question; 0: never."""

    seconds: int = 0
    generation: int = 0


NO_CACHING: Final = Caching()


@dataclass(frozen=True, slots=True)
class Feature:
    id: UUID
    slug: str
    grounding: Policy = OFF
    # What its users read while it is stopped and gives a canned answer; empty: what the stop says.
    safe_answer: str = ""
    cache: Caching = NO_CACHING
    # Of the console itself: its own keys alone may name it.
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    secret_hash: bytes
    tenant: Tenant
    environment: str
    # The one feature that this key may name.
    feature: Feature | None = None
    expires_at: float = inf


@dataclass(frozen=True, slots=True)
class Provider:
    slug: str
    # Up to and with the version: paths follow.
    base: URL
    headers: Mapping[str, str] = field(repr=False)
    simulated: bool = False
    allow_private: bool = False
    # The variable that should hold its key and does not: it is not asked without one.
    lacks_key: str = ""
    api: Api = Api.OPENAI
    # Of one that speaks OpenAI's: whether it also has /responses.
    has_responses: bool = False
    # Whether it takes a word that brings like questions to where their beginning is kept.
    takes_cache_key: bool = False
    # Of its key, and no way back to it: with a new key, what was found out under the old one no longer holds.
    mark: str = ""
    # Its key: never in an error's text.
    secret: bytes = field(default=b"", repr=False)
    _urls: Mapping[str, URL] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_urls", {path: URL(f"{self.base}{path}") for path in _PATHS})

    def at(self, path: str) -> URL:
        return self._urls[path]


@dataclass(frozen=True, slots=True)
class Price:
    version: UUID
    valid_from: float
    prices: PriceList


@dataclass(frozen=True, slots=True)
class Model:
    slug: str
    upstream: str
    provider: Provider
    # In the order in which they win; those that can never win again are left out.
    prices: tuple[Price, ...] = ()
    # In tokens; None: not known.
    context_window: int | None = None
    # What stops attempts on it.
    road: tuple[str, str] = field(init=False, repr=False, compare=False)
    # By what processes remember that it has trouble.
    breaker: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Probed at every attempt and every chunk: built once.
        object.__setattr__(self, "breaker", f"{self.label}#{self.provider.mark}")
        object.__setattr__(self, "road", scopes.road_keys(self.provider.slug, self.slug))

    def price_at(self, now: float) -> Price | None:
        return next((price for price in self.prices if price.valid_from <= now), None)

    @property
    def label(self) -> str:
        """Who serves, for callers and records."""
        return f"{self.provider.slug}/{self.upstream}"


@dataclass(frozen=True, slots=True)
class Member:
    model: Model
    timeout_seconds: float = 60.0
    attempts: int = 1
    # The share of calls of which it is asked first.
    first_percent: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """What a name stands for: the members of a chain, or one model."""

    name: str
    members: tuple[Member, ...]
    # Empty for a model.
    chain: str = ""
    deadline_seconds: float = 120.0
    # Which failures lead to the next member.
    triggers: frozenset[Trigger] = EVERY
    # Attempts of all members together.
    max_hops: int = 12
    # Whether a share of the calls asks another than the first member first.
    is_shared: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_shared", any(member.first_percent for member in self.members))


@dataclass(frozen=True, slots=True)
class PromptVersion:
    id: UUID
    hash: str
    # How people call it: v17.
    label: str
    text: PromptText
    # Where it has been served to everybody, or in their canary; whoever pins a version may pin these.
    environments: frozenset[str] = frozenset()
    # Where it has been served to one tenant, which alone may pin it there.
    tenants: frozenset[tuple[str, UUID]] = frozenset()

    def was_served(self, environment: str, tenant: UUID) -> bool:
        return environment in self.environments or (environment, tenant) in self.tenants


@dataclass(frozen=True, slots=True)
class Prompt:
    name: str
    # Newest first: those that can be pinned.
    versions: tuple[PromptVersion, ...]
    # By environment, and by tenant: None is everybody.
    offers: Mapping[tuple[str, UUID | None], Offer[PromptVersion]] = field(default_factory=dict)

    def served(self, environment: str, tenant: UUID, who: str) -> Chosen[PromptVersion] | None:
        """`who` as `prompts.choosing` has it."""
        own, common = self.offers.get((environment, tenant)), self.offers.get((environment, None))
        return choose(self.name, own=own, common=common, who=who)

    def is_offered(self, environment: str, tenant: UUID) -> bool:
        """Whether this tenant is served it there, in any lane."""
        return (environment, tenant) in self.offers or (environment, None) in self.offers

    def may_be_known(self, environment: str, tenant: UUID) -> bool:
        """Whether this tenant is, or ever was, served it there: of all others it must not learn that they exist."""
        return self.is_offered(environment, tenant) or any(
            version.was_served(environment, tenant) for version in self.versions
        )


@dataclass(frozen=True, slots=True)
class Config:
    number: int = -1
    # Of the database that it was read from.
    generation: UUID = NEVER_READ
    keys: Mapping[str, Key] = field(default_factory=dict)
    features: Mapping[str, Feature] = field(default_factory=dict)
    routes: Mapping[str, Route] = field(default_factory=dict)
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    # The hard ones.
    budgets: Limits = field(default_factory=Limits)
    # What could not be read: the rest works, and health says it.
    faults: tuple[str, ...] = ()
    # Of the revision; another when it changes.
    mark: UUID = NEVER_READ
    # Chains by feature and tenant; without a tenant, of all that have none of their own.
    feature_chains: Mapping[tuple[UUID, UUID | None], str] = field(default_factory=dict)

    def names_for(self, tenant: Tenant) -> list[str]:
        """The models and chains that this tenant may name."""
        return sorted(name for name in self.routes if tenant.may_use(name))

    def features_for(self, tenant: Tenant) -> list[Feature]:
        return [feature for feature in self.features.values() if tenant.may_name(feature)]

    def breakers(self) -> set[str]:
        """Of all models that are declared."""
        return {member.model.breaker for route in self.routes.values() for member in route.members}

    def chain_of(self, feature: UUID, tenant: UUID) -> str:
        """What a call means that names no model; empty: nothing."""
        own = self.feature_chains.get((feature, tenant))
        return own or self.feature_chains.get((feature, None), "")
