"""Finding what a door was asked for, within the scope: not there and not yours are one answer."""

from collections.abc import Iterable
from difflib import get_close_matches

from django.db.models import QuerySet

from tenants.models import Feature, Tenant
from tenants.refusals import NotFound

# Names compared for "did you mean": enough to help, not enough to be slow.
_CANDIDATES = 2000


def find_tenant(slug: str) -> Tenant:
    """One of the customers. The built-in tenant stands for everybody: an order that named it would reach them all."""
    return _found(slug, Tenant.objects.customers())


def find_tenant_or_operator(slug: str) -> Tenant:
    """Also the built-in one, for filters of lists that hold its rows too."""
    return _found(slug, Tenant.objects.all())


def _found(slug: str, among: QuerySet[Tenant]) -> Tenant:
    tenant = among.filter(slug=slug).first()
    if tenant is None:
        known = Tenant.objects.customers().order_by("slug").values_list("slug", flat=True)
        raise NotFound(f"There is no tenant {slug!r} that you may see.{near(slug, known[:_CANDIDATES])}")
    return tenant


def find_feature(slug: str) -> Feature:
    feature = Feature.objects.filter(slug=slug).first()
    if feature is None:
        known = Feature.objects.order_by("slug").values_list("slug", flat=True)
        raise NotFound(f"There is no feature {slug!r}.{near(slug, known[:_CANDIDATES])}")
    return feature


def near(name: str, known: Iterable[str]) -> str:
    """` Did you mean …?`, or nothing."""
    close = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(close)}?" if close else ""
