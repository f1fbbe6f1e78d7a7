"""Where the pages of a target are, and which scopes an address may name."""

from typing import Any

from django.urls import reverse
from django.urls.converters import StringConverter

from killswitch.models import Plan, Stop
from killswitch.scopes import SHARED, Scope


class SharedScope(StringConverter):
    regex = "|".join(sorted(SHARED - {Scope.GLOBAL}))


class TheirScope(StringConverter):
    regex = f"{Scope.CONNECTION}|{Scope.USER}"


def address(step: str, *, slug: str = "", scope: str = "", ref: str = "") -> str:
    """The page of a target (`detail`), or a step from it; `slug` is of its tenant, without a scope the target."""
    family = "switch" if slug and not scope else "theirs" if slug else "everyone" if scope == Scope.GLOBAL else "shared"
    taken: dict[str, Any] = {"switch": {"slug": slug}, "shared": {"scope": scope, "ref": ref}, "everyone": {}}
    kwargs = taken.get(family, {"slug": slug, "scope": scope, "ref": ref})
    return reverse(f"killswitch:{family}-{step}", kwargs=kwargs)


def address_of(stop: Stop | Plan) -> str:
    """The page on which a stop, or a plan of one, is shown: of a tenant's feature that of the tenant."""
    scope, tenant = Scope(stop.scope), stop.tenant
    if tenant is not None and tenant.is_operator:
        return reverse("killswitch:switch-list")
    if tenant is not None and scope in (Scope.TENANT, Scope.TENANT_FEATURE):
        return address("detail", slug=tenant.slug)
    ref = stop.feature.slug if stop.feature else stop.subject
    return address("detail", slug=tenant.slug if tenant else "", scope=scope, ref=ref)
