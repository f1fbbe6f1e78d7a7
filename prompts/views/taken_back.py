"""That a version was rolled back before where it is to go live: by whom, and what they wrote then."""

from django.db.models import OuterRef, Q, Subquery

from prompts.models import PromptVersion, Release
from tenants.models import Tenant


def taken_back(version: PromptVersion, environment: str, tenant: Tenant | None) -> Release | None:
    """The last rollback from it, of what everybody gets or this tenant. None: it never was taken back there."""
    found = [each for whose in {None, tenant} if (each := _last(version, environment, whose)) is not None]
    return max(found, key=lambda each: each.number, default=None)


def _last(version: PromptVersion, environment: str, tenant: Tenant | None) -> Release | None:
    rows = Release.objects.of(version.prompt, environment).filter(tenant=tenant)
    earlier = rows.filter(lane=OuterRef("lane"), number__lt=OuterRef("number")).latest_first()
    backs = rows.filter(kind=Release.Kind.ROLLBACK).annotate(
        was=Subquery(earlier.values("version")[:1]), share=Subquery(earlier.values("percent")[:1])
    )
    # One that ends its lane names what it served until then.
    from_it = Q(percent=0, version=version) | Q(percent__gt=0, was=version.pk, share__gt=0)
    return backs.filter(from_it).latest_first().select_related("version").first()
