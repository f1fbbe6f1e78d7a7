"""The whole curve of a run, threshold by threshold, to take away."""

from datetime import UTC, datetime
from typing import Final

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from evals.calibration_views.asked import find_feature, read
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

COLUMNS: Final = (
    "threshold", "cases", "answered", "wrong", "coverage", "wrong_of_all", "error", "error_low", "error_high",
)  # fmt: skip


@require_safe
@staff_page(Permission.EVALS_READ)
def feature_csv(request: TenantRequest, feature: str) -> HttpResponseBase:
    found = find_feature(feature)
    asked = read(found, request.GET.dict())
    if asked.found is None:
        raise Http404
    rows = [
        (
            point.threshold,
            point.cases,
            point.answered,
            point.wrong,
            point.coverage,
            point.risk,
            point.error,
            *point.interval,
        )
        for point in asked.found.curve
    ]
    url = request.build_absolute_uri()
    return spreadsheet.answer(f"{found.slug}-risk-coverage", COLUMNS, rows, url=url, at=datetime.now(UTC))
