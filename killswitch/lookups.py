"""Finding what a stop is asked for, for every door: what is stopped may be kept in any app."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, transaction

from aiops.lib import uuid7
from costs import reports
from costs.endusers import user_key
from costs.models import EndUser
from gateway.models import Model, Provider
from integrations.choosing import find_connection
from integrations.models import Connection, LedgerEntry
from killswitch.calls import calls_of
from killswitch.guard import ActiveStop
from killswitch.models import Stop
from killswitch.patience import within
from killswitch.scopes import EVERYTHING, SHARED, InFlight, Mode, Scope
from killswitch.services.order import Order
from killswitch.targets import Target
from prompts.models import PromptVersion
from prompts.services import find_prompt, find_version
from tenants.lookups import find_feature, find_tenant, near
from tenants.models import Feature, Tenant
from tenants.refusals import Invalid, NotFound

log = logging.getLogger(__name__)

# Of all queries together, before a stop is written.
_PATIENCE_MS: Final = 300


def find_target(scope: Scope, ref: str = "", *, tenant: str = "") -> Target:
    """`ref`: slug of the feature, provider, model or connection; `prompt@v17`; a user's id as the application sends it.

    `tenant` goes with a tenant, its features, systems and people; with others it raises Invalid, as does its absence.
    """
    if (scope in SHARED) == bool(tenant):
        named = scope.replace("_", " ")
        raise Invalid("tenant", f"a stop of a {named} is over all tenants." if tenant else f"of a {named}, say whose.")
    if bool(ref) != (scope not in {Scope.GLOBAL, Scope.TENANT}):
        raise Invalid("ref", f"a stop of scope {scope} {'names nothing else' if ref else 'has to say of which'}.")
    return _SHARED[scope](ref) if scope in SHARED else _OF_TENANT[scope](find_tenant(tenant), ref)


def blast_of(target: Target, *, at: datetime) -> dict[str, Any]:
    """What a stop would end just now, as its record keeps it. None: it cannot be told, which is not none."""
    found = reports.blast(target, calls_of(target), at=at).as_record()
    return {**found, "writes": _writes(target, at)} if target.scope == Scope.CONNECTION else found


def blast_if_quick(target: Target, *, at: datetime) -> dict[str, Any]:
    """The same, for the record of a stop: which waits for no report, and fails with none."""
    try:
        with transaction.atomic(), within(_PATIENCE_MS):
            return blast_of(target, at=at)
    except (Error, TimeoutError) as fault:
        log.warning("blast.unknown target=%s %s", target.key, type(fault).__name__)
        return reports.Blast().as_record()
    except Exception:
        log.exception("blast.unknown target=%s", target.key)
        return reports.Blast().as_record()


def with_people(stops: Sequence[Stop]) -> Sequence[Stop]:
    """The same, those of people with the id by which their tenant calls them; of who was forgotten without."""
    keys = [stop.subject for stop in stops if stop.scope == Scope.USER]
    if keys:
        rows = EndUser.objects.filter(key__in=keys).values_list("tenant_id", "key", "label")
        known = {(str(tenant), str(key)): label for tenant, key, label in rows}
        for stop in stops:
            vars(stop)["person"] = known.get((str(stop.tenant_id), stop.subject))
    return stops


def _writes(target: Target, at: datetime) -> int:
    lately = LedgerEntry.objects.filter(tenant=target.tenant, id__gte=uuid7.floor(at - timedelta(hours=1)))
    return lately.filter(connection__slug=target.subject).count()


def all_names() -> dict[str, dict[str, str]]:
    """Of all that may be named while PostgreSQL is down, as the folder of broken glass keeps them."""
    tenants, features = (list(rows.values_list("slug", "id", "name")) for rows in (Tenant.objects, Feature.objects))
    providers, models = (rows.values_list("slug", flat=True) for rows in (Provider.objects, Model.objects))
    return {
        "tenants": {slug: str(pk) for slug, pk, _ in tenants},
        "features": {slug: str(pk) for slug, pk, _ in features},
        "providers": {slug: slug for slug in providers},
        "models": {slug: slug for slug in models},
        "titles": {str(pk): name for _, pk, name in [*tenants, *features]},
    }


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


def order_of(held: ActiveStop, *, note: str, origin: Stop.Origin) -> Order:
    """To make of a stop that only processes hold one like any other."""
    return Order(
        id=held.id,
        target=target_of(held.target),
        reason=Stop.Reason(held.reason) if held.reason in Stop.Reason else Stop.Reason.LOOKING,
        mode=Mode(held.mode),
        in_flight=InFlight(held.in_flight),
        drain_seconds=held.drain_seconds,
        note=note,
        message=held.message,
        origin=origin,
    )


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
