"""Every feature with its threshold, and where that comes from."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evals.confidence.standing import standings
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission


@require_safe
@never_cache
@staff_page(Permission.EVALS_READ)
def feature_list(request: TenantRequest) -> HttpResponse:
    at = datetime.now(UTC)
    found = standings(at)
    context = {
        "standings": found,
        "is_any_checked": any(each.is_checked for each in found),
        "example": next((each.feature for each in found if each.is_checked), found[0].feature if found else None),
        "may_look": may_everywhere(request, Permission.CONFIG_READ),
        "at": at,
    }
    return render(request, "calibration/feature_list.html", context)
