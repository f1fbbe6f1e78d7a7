"""How every feature stands to the bar, and the same as CSV."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from readiness.evidence import State
from readiness.items import BAR, ITEMS, UNPROVABLE
from readiness.standing import FeatureStanding, Standing, features, standings
from readiness.views.showing import TONES, Bar, bar_of
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

COLUMNS: Final = ("feature", "name", "counted", "bar", "is_at_bar", *(str(state) for state in State))


class Line(NamedTuple):
    found: FeatureStanding
    bar: Bar
    ending: Sequence[Standing]
    # Exceptions that nobody has agreed to yet.
    waiting: int


@require_safe
@never_cache
@staff_page(Permission.READINESS_READ)
def feature_list(request: TenantRequest) -> HttpResponse:
    at = datetime.now(UTC)
    found = standings(features(), at=at)
    lines = [Line(each, bar_of(each), each.ending(at.date()), _waiting(each)) for each in found]
    context = {
        # What lacks most to the bar is not hidden at the end of the alphabet.
        "lines": sorted(lines, key=lambda line: line.found.counted),
        "ready": sum(each.is_at_bar for each in found),
        "bar": BAR,
        "items": len(ITEMS),
        "unprovable": UNPROVABLE,
        "legend": [(TONES[state], state.word) for state in TONES],
    }
    return render(request, "readiness/feature_list.html", context)


@require_safe
@staff_page(Permission.READINESS_READ)
def feature_csv(request: TenantRequest) -> HttpResponse | StreamingHttpResponse:
    at = datetime.now(UTC)
    rows = list(_rows(standings(features(), at=at)))
    return spreadsheet.answer("readiness", COLUMNS, rows, url=request.build_absolute_uri(), at=at)


def _waiting(found: FeatureStanding) -> int:
    return sum(each.exception is not None and not each.exception.is_agreed for each in found.items)


def _rows(found: Sequence[FeatureStanding]) -> Iterator[Sequence[object]]:
    for each in found:
        counts = (each.counts[state] for state in State)
        yield (each.feature.slug, each.feature.name, each.counted, BAR, each.is_at_bar, *counts)
