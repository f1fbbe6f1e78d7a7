"""Automatic stops: every rule, what it keeps off, what it did or in shadow would have; and the same as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from killswitch.models import Rule, Trip
from killswitch.rules.showing import Shown, saw, shown
from killswitch.standing import above
from killswitch.views.rule import Line
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

COLUMNS: Final = (
    "rule", "at", "ended_at", "ended", "what", "subject", "shadow", "latched", "saw", "calls", "bad", "rate", "callers",
    "stop",
)  # fmt: skip
_MOST: Final = 50_000


@require_safe
@never_cache
@staff_page(Permission.SWITCHES_READ)
def rule_list(request: TenantRequest) -> HttpResponse:
    at = datetime.now(UTC)
    rules = sorted(shown(Rule.objects.all(), at=at), key=_calls_for_no_one)
    context = {
        "lines": [Line.of(each, request.principal.actor) for each in rules],
        "blind": next((each.rule.blind for each in rules if each.rule.blind and each.rule.state != "off"), ""),
        "may_change": may_everywhere(request, Permission.RULES_CHANGE),
        "has_trips": Trip.objects.exists(),
        "above": above(),
        "tab": "rules",
        "at": at,
    }
    return render(request, "killswitch/rule_list.html", context)


@require_safe
@staff_page(Permission.SWITCHES_READ)
def rule_csv(request: TenantRequest) -> HttpResponse | StreamingHttpResponse:
    at, trips = datetime.now(UTC), Trip.objects.select_related("rule").order_by("-at")[:_MOST]
    return spreadsheet.answer("automatic-stops", COLUMNS, list(_rows(trips)), url=_url(request), at=at)


def _calls_for_no_one(found: Shown) -> tuple[bool, bool, str]:
    """What stands, and what waits for somebody, comes first."""
    return not found.standing, found.rule.state != Rule.State.ASKED, found.rule.name


def _url(request: HttpRequest) -> str:
    return request.build_absolute_uri()


def _rows(trips: Iterable[Trip]) -> Iterator[Sequence[object]]:
    for trip in trips:
        found, ended = trip.evidence, trip.ended_at and trip.ended_at.isoformat()
        counted = [found.get(name) for name in ("calls", "bad", "rate", "callers")]
        told = (trip.rule.slug, trip.at.isoformat(), ended, trip.ended, trip.label, trip.subject)
        yield (*told, trip.shadow, trip.latched, saw(trip, trip.rule), *counted, trip.stop_id)
