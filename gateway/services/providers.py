from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiops.lib import addresses
from gateway import variables
from gateway.models import Provider
from gateway.models.provider import seal
from gateway.services.auditing import record
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Revision
from tenants.refusals import Invalid
from tenants.secrets import Unreadable, last_four
from tenants.services.declaring import Declared, declare
from tenants.services.tenants import check_slug

# Never in an audit row, not even encrypted.
_SECRET = ("api_key_sealed", "api_key_last_four")


def declare_provider(
    slug: str,
    *,
    name: str,
    base_url: str,
    api_key: str | None = None,
    api_key_env: str | None = None,
    pricing_provider: str | None = None,
    simulated: bool = False,
    allow_private: bool = False,
    api: Provider.Api = Provider.Api.OPENAI,
    has_responses: bool = False,
    by: Actor,
) -> Declared[Provider]:
    """Make an address that serves models known or bring it in line. Without a key the one it has stays, unless it
    would go to another server; needs all tenants in scope."""
    check_slug("provider", slug)
    _check_address(base_url, allow_private)
    _check_variable(api_key_env)
    if has_responses and api != Provider.Api.OPENAI:
        raise Invalid("has_responses", f"a provider of api {api} has none.")
    if api_key and api_key_env:
        raise Invalid("api_key", "give the key itself or api_key_env, not both.")
    values = {
        "name": name,
        "base_url": base_url.rstrip("/"),
        "pricing_provider": pricing_provider or slug,
        "simulated": simulated,
        "allow_private": allow_private,
        "api": api,
        "has_responses": has_responses,
    }
    with revisions.changing(Revision.Name.CONFIG):
        if not (api_key or api_key_env):
            _check_key_stays_home(slug, base_url)
        declared = _without_secrets(declare(Provider, {"slug": slug}, values | _key_values(slug, api_key, api_key_env)))
        if declared.outcome != "unchanged":
            record(f"provider.{declared.outcome}", slug, declared, by=by)
    return declared


def _check_address(base_url: str, allow_private: bool) -> None:
    fault = addresses.fault_of(base_url, allow_private=allow_private)
    if fault is not None:
        raise Invalid("base_url", fault)


def _check_variable(name: str | None) -> None:
    fault = variables.fault_of(name) if name else None
    if fault is not None:
        raise Invalid("api_key_env", fault)


def _check_key_stays_home(slug: str, base_url: str) -> None:
    """A key can be written, never read: it must not be read by sending it elsewhere."""
    stored = Provider.objects.filter(slug=slug).first()
    if stored is None or stored.api_key_sealed is None:
        return
    home, there = addresses.origin_of(stored.base_url), addresses.origin_of(base_url)
    if home != there:
        raise Invalid("api_key", f"the key of {slug} was given for {home}; give it again to send it to {there}.")


def _key_values(slug: str, api_key: str | None, api_key_env: str | None) -> dict[str, Any]:
    if api_key_env:
        return {"api_key_sealed": None, "api_key_last_four": "", "api_key_env": api_key_env}
    if not api_key or _has(slug, api_key):
        return {}
    return {"api_key_sealed": seal(slug, api_key), "api_key_last_four": last_four(api_key), "api_key_env": ""}


def _has(slug: str, api_key: str) -> bool:
    provider = Provider.objects.filter(slug=slug).first()
    try:
        return provider is not None and provider.api_key_sealed is not None and provider.api_key() == api_key
    except Unreadable:
        return False


def _without_secrets(declared: Declared[Provider]) -> Declared[Provider]:
    return replace(declared, before=_told(declared.before), after=_told(declared.after))


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in values.items() if name not in _SECRET}
    return told | {"api_key": "…"} if "api_key_sealed" in values else told
