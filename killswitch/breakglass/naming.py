"""From what people call things to what the guard probes, without PostgreSQL. Pure."""

from collections.abc import Mapping
from uuid import UUID

from killswitch import scopes


class Unnamed(Exception):
    """Nothing, or too much, was named; or nobody here knows it."""


def key_of(
    names: Mapping[str, Mapping[str, str]],
    *,
    everything: bool = False,
    tenant: str = "",
    feature: str = "",
    provider: str = "",
    model: str = "",
) -> str:
    """`names` are those that the folder keeps; an id does in place of any slug."""
    ways = [everything, bool(tenant or feature), bool(provider), bool(model)]
    if sum(ways) != 1:
        raise Unnamed("Say what to stop: --everything, --tenant and/or --feature, --provider, or --model.")
    if everything:
        return scopes.EVERYTHING
    if provider or model:
        return scopes.provider_key(provider) if provider else scopes.model_key(model)
    tenant_id = _id(names, "tenants", tenant) if tenant else None
    feature_id = _id(names, "features", feature) if feature else None
    if feature_id is None:
        return scopes.tenant_key(tenant_id) if tenant_id else scopes.EVERYTHING
    return scopes.tenant_feature_key(tenant_id, feature_id) if tenant_id else scopes.feature_key(feature_id)


def _id(names: Mapping[str, Mapping[str, str]], kind: str, named: str) -> UUID:
    known = names[kind].get(named)
    try:
        return UUID(known or named)
    except ValueError:
        listed = ", ".join(sorted(names[kind])[:20]) or "none, as no gateway has run here yet: give its id"
        raise Unnamed(f"There is no {kind.removesuffix('s')} {named!r} here. Known are: {listed}.") from None
