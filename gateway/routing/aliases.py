"""Names that nobody declares: `aiops-<chain>` is a chain, `aiops-auto` whatever the feature's chain is. Pure."""

from collections.abc import Iterator
from typing import Final

from gateway.config import Config, Feature, Key, Route, Tenant

PREFIX: Final = "aiops-"
AUTO: Final = "aiops-auto"
CHAIN: Final = "chain"


def is_reserved(name: str) -> bool:
    return name.lower().startswith(PREFIX)


def route_of(config: Config, tenant: Tenant, feature: Feature, named: str) -> Route | None:
    """What `model` means in a call of this feature; nothing named means the feature's chain. None: nothing that this
    tenant may use."""
    # What was declared under such a name before it was kept free goes on.
    found = config.routes.get(named) or _behind(config, tenant, feature, named)
    return found if found is not None and tenant.may_use(found.name) else None


def names_for(config: Config, key: Key) -> Iterator[tuple[str, str]]:
    """All that this key may name, and who owns it: models and chains, then these aliases."""
    names = config.names_for(key.tenant)
    owners = [_owner(config.routes[name]) for name in names]
    yield from zip(names, owners, strict=True)
    aliases = [PREFIX + name for name in names if config.routes[name].chain and PREFIX + name != AUTO]
    features = [key.feature] if key.feature else config.features_for(key.tenant)
    if any(route_of(config, key.tenant, feature, AUTO) for feature in features):
        aliases.append(AUTO)
    yield from ((alias, CHAIN) for alias in sorted(aliases) if alias not in config.routes)


def _behind(config: Config, tenant: Tenant, feature: Feature, named: str) -> Route | None:
    if named in ("", AUTO):
        return config.routes.get(config.chain_of(feature.id, tenant.id))
    route = config.routes.get(named.removeprefix(PREFIX)) if named.startswith(PREFIX) else None
    return route if route is not None and route.chain else None


def _owner(route: Route) -> str:
    return CHAIN if route.chain else route.members[0].model.provider.slug
