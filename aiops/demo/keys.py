"""Keys that keep their text from start to start, also when the database was made anew."""

from collections.abc import Mapping

from aiops.demo.kept import Kept
from tenants import keys
from tenants.actors import SYSTEM
from tenants.models import OPERATOR, ApiKey, Role, Tenant
from tenants.services import create_key

SERVICE = "service_token"
CALLS = "demo_keys"


def ensure_service_key(kept: Kept) -> str:
    """The key with which the commands of this machine speak to the console. Needs all tenants in scope."""
    text = _usable(kept.get(SERVICE), environment=keys.CONSOLE)
    # Kept before it is made: a key that nobody knows would stay behind.
    kept.keep(SERVICE, text)
    _ensure(Tenant.objects.get(slug=OPERATOR), text, name="aiops on this machine", role=Role.ADMIN)
    return text


def ensure_call_keys(kept: Kept, tenants: Mapping[str, Tenant]) -> dict[str, str]:
    """A key for each tenant's calls, by slug."""
    known = kept.get(CALLS) or {}
    texts = {slug: _usable(known.get(slug), environment="production") for slug in tenants}
    if texts != known:
        kept.keep(CALLS, texts)
    for slug, tenant in tenants.items():
        _ensure(tenant, texts[slug], name="demo", role=None)
    return texts


def _usable(text: str | None, *, environment: str) -> str:
    """The text, or a new one when there is none or its key was revoked."""
    parsed = keys.parse(text) if text else None
    if parsed is None or ApiKey.objects.filter(pk=parsed.id, revoked_at__isnull=False).exists():
        return str(keys.mint(environment))
    return str(parsed)


def _ensure(tenant: Tenant, text: str, *, name: str, role: Role | None) -> None:
    parsed = keys.parse(text)
    if parsed is not None and not ApiKey.objects.filter(pk=parsed.id).exists():
        create_key(tenant, name=name, role=role, text=text, by=SYSTEM)
