"""Finding what a door was asked for, among what the asker may see: not there and not yours are one answer."""

from collections.abc import Iterable
from difflib import get_close_matches

from django.db.models import Model, QuerySet

from tenants.models import Feature, Tenant
from tenants.refusals import NotFound
from tenants.scope import ALL, Tenants

# Names compared for "did you mean": enough to help, not enough to be slow.
_CANDIDATES = 2000


def within[M: Model](rows: QuerySet[M], tenants: Tenants, *, field: str = "tenant_id") -> QuerySet[M]:
    """Those of these tenants; for the operator's tables, which have no row-level security."""
    return rows if tenants == ALL else rows.filter(**{f"{field}__in": list(tenants)})


def find_tenant(slug: str, *, among: Tenants) -> Tenant:
    mine = within(Tenant.objects.all(), among, field="pk")
    tenant = mine.filter(slug=slug).first()
    if tenant is None:
        known = Tenant.objects.customers().filter(pk__in=mine).values_list("slug", flat=True)
        raise NotFound(f"There is no tenant {slug!r} that you may see.{near(slug, known[:_CANDIDATES])}")
    return tenant


def find_feature(slug: str) -> Feature:
    feature = Feature.objects.filter(slug=slug).first()
    if feature is None:
        known = list(Feature.objects.order_by("slug").values_list("slug", flat=True)[:_CANDIDATES])
        raise NotFound(f"There is no feature {slug!r}.{near(slug, known)}")
    return feature


def near(name: str, known: Iterable[str]) -> str:
    """` Did you mean …?`, or nothing."""
    close = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(close)}?" if close else ""
