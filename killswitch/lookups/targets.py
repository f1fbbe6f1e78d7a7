"""The target that a door is asked for, by the names of what may be kept in any app, or by the key that is probed."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from costs.endusers import user_key
from gateway.models import Model, Provider
from integrations.choosing import find_connection
from integrations.models import Connection
from killswitch.models import Stop
from killswitch.scopes import EVERYTHING, SHARED, Scope
from killswitch.targets import Target
from prompts.models import PromptVersion
from prompts.services import find_prompt, find_version
from tenants.lookups import find_feature, find_tenant, near
from tenants.models import Feature, Tenant
from tenants.refusals import Invalid, NotFound


def find_target(scope: Scope, ref: str = "", *, tenant: str = "") -> Target:
    """`ref`: slug of the feature, provider, model or connection; `prompt@v17`; a user's id as the application sends it.

    `tenant` goes with a tenant, its features, systems and people; with others it raises Invalid, as does its absence.
    """
    if (scope in SHARED) == bool(tenant):
        named = scope.replace("_", " ")
        raise Invalid("tenant", f"a stop of a {named} is over all tenants." if tenant else f"of a {named}, say whose.")
    if bool(ref) != (scope not in {Scope.GLOBAL, Scope.TENANT}):
        raise Invalid("ref", f"a stop of scope {scope} {'names nothing else' if ref else 'has to say of which'}.")
    return _shared(scope, ref) if scope in SHARED else _OF_TENANT[scope](find_tenant(tenant), ref)


def _shared(scope: Scope, ref: str) -> Target:
    """What is stopped is found, and so can be lifted, also when it is no more."""
    try:
        return _SHARED[scope](ref)
    except NotFound:
        stop = Stop.objects.active().filter(scope=scope, subject=ref).first() if ref else None
        if stop is None:
            raise
        return Target(scope, stop.target, stop.label, subject=ref)


def _provider(slug: str) -> Target:
    row = Provider.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound(f"There is no provider {slug!r}.{near(slug, Provider.objects.values_list('slug', flat=True))}")
    return Target.provider(row.slug, row.name)


def _model(slug: str) -> Target:
    if not Model.objects.filter(slug=slug).exists():
        raise NotFound(f"There is no model {slug!r}.{near(slug, Model.objects.values_list('slug', flat=True))}")
    return Target.model(slug)


def _prompt_version(ref: str) -> Target:
    name, _, word = ref.partition("@")
    prompt = find_prompt(name)
    if not word:
        raise Invalid("prompt_version", f"say which version of it: {name}@v1.")
    version = find_version(prompt, word)
    return Target.prompt_version(version.pk, f"{name} v{version.number}")


def _connection(tenant: Tenant, slug: str) -> Target:
    row = find_connection(tenant, slug)
    return Target.connection(tenant, row.pk, row.slug, row.name)


_SHARED: Final[Mapping[Scope, Callable[[str], Target]]] = {
    Scope.GLOBAL: lambda _: Target.everything(),
    Scope.FEATURE: lambda slug: Target.feature_of_all(find_feature(slug)),
    Scope.PROVIDER: _provider,
    Scope.MODEL: _model,
    Scope.PROMPT_VERSION: _prompt_version,
}
_OF_TENANT: Final[Mapping[Scope, Callable[[Tenant, str], Target]]] = {
    Scope.TENANT: lambda tenant, _: Target.of(tenant),
    Scope.TENANT_FEATURE: lambda tenant, slug: Target.of(tenant, find_feature(slug)),
    Scope.CONNECTION: _connection,
    Scope.USER: lambda tenant, user: Target.user(tenant, user_key(tenant.pk, user)),
}


def target_of(key: str) -> Target:
    """The target that the guard probes by this key. Raises NotFound of what is no more."""
    head, _, rest = key.partition(":")
    if key == EVERYTHING:
        return Target.everything()
    if head in {Scope.PROVIDER, Scope.MODEL}:
        return _of_road(Scope(head), rest)
    try:
        return _BY_ID[head](rest)
    except (KeyError, ValueError, ObjectDoesNotExist):
        raise NotFound(f"There is nothing any more that {key!r} stops.") from None


def _of_road(scope: Scope, slug: str) -> Target:
    """Stopped is also what is not declared here: it may be again."""
    if scope == Scope.MODEL:
        return Target.model(slug)
    return Target.provider(slug, Provider.objects.filter(slug=slug).values_list("name", flat=True).first() or slug)


def _of_tenants_key(rest: str) -> Target:
    tenant_id, _, part = rest.partition("/")
    tenant = Tenant.objects.get(pk=UUID(tenant_id))
    kind, _, part_id = part.partition(":")
    if kind == "user":
        return Target.user(tenant, UUID(part_id))
    return Target.of(tenant, Feature.objects.get(pk=UUID(part_id)) if part else None)


def _of_connection(connection_id: str) -> Target:
    row = Connection.objects.select_related("tenant").get(pk=UUID(connection_id))
    return Target.connection(row.tenant, row.pk, row.slug, row.name)


def _of_version(version_id: str) -> Target:
    row = PromptVersion.objects.select_related("prompt").get(pk=UUID(version_id))
    return Target.prompt_version(row.pk, f"{row.prompt.name} v{row.number}")


_BY_ID: Final[Mapping[str, Callable[[str], Target]]] = {
    "tenant": _of_tenants_key,
    "feature": lambda feature: Target.feature_of_all(Feature.objects.get(pk=UUID(feature))),
    "connection": _of_connection,
    "prompt": _of_version,
}
