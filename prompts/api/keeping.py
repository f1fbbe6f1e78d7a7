"""What tenants keep of their own, whatever became of what everybody gets."""

from typing import Any, Final

from django.db.models import Count

from prompts import services
from prompts.models import Release

# So many lanes are told one by one.
_MOST: Final = 100


def kept_beside(made: Release) -> dict[str, Any]:
    """Of a change that was just made. What becomes of a tenant's own lane leaves all others as they are."""
    found = services.own_lanes(made.prompt, made.environment)
    lanes = found.select_related("version", "tenant").defer("version__content").order_by("tenant__slug", "-lane")
    told = [] if made.tenant_id else [_lane(each) for each in lanes[:_MOST]]
    # One query where nobody keeps anything, as the lock of releases is held meanwhile.
    if not told:
        return {"tenants": 0, "versions": [], "lanes": []}
    numbers = found.order_by("version__number").values_list("version__number", flat=True).distinct()
    return {
        "tenants": found.aggregate(tenants=Count("tenant", distinct=True))["tenants"],
        "versions": [f"v{number}" for number in numbers],
        "lanes": told,
    }


def _lane(release: Release) -> dict[str, Any]:
    return {
        "tenant": release.tenant.slug if release.tenant else None,
        "version": release.version.hash,
        "label": str(release.version),
        "percent": release.percent,
    }
