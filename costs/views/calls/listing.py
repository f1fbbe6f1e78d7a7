"""The list of calls, newest first."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import uuid7
from costs.models import Call
from costs.records import Outcome
from costs.reports import ledger
from costs.reports.calls import Found, Sort, newer, older, ranked
from costs.reports.within import within
from costs.views.calls import asked, fields
from costs.views.calls.asked import RANGES, Asked
from costs.views.calls.breakdown import breakdown
from costs.views.calls.lines import lines_of
from costs.views.calls.parameters import SHOWN, SORTS
from costs.views.calls.presets import chips
from costs.views.calls.wording import OUTCOMES
from gateway.known_names import names
from tenants.http import TenantRequest, may_everywhere, page
from tenants.models import Feature, Tenant
from tenants.permissions import Permission

PAGE: Final = 50
# More tenants than this are typed, not chosen from a list.
LISTED: Final = 200
# So long a person waits, in seconds; and whoever only asks whether there is news.
_PATIENCE: Final = 1.5
_GLANCE: Final = 0.2
_STOP_ASKING: Final = 286


@require_safe
@never_cache
@page(Permission.CALLS_READ)
def call_list(request: TenantRequest) -> HttpResponse:
    given = request.GET
    if key := _call_id(given.get("id", "")):
        return redirect("costs:call-detail", key)
    if any(not value for name in given for value in given.getlist(name)):
        # A form sends what was left empty too: the address is better without it.
        kept = {name: [each for each in given.getlist(name) if each] for name in given}
        return redirect(f"{request.path}?{urlencode(kept, doseq=True)}")
    at, knows_prompts = datetime.now(UTC), may_everywhere(request, Permission.PROMPTS_READ)
    wanted = asked.read(given, at=at, knows_prompts=knows_prompts)
    context = _context(request, wanted, at)
    if _is_nothing(context, wanted) and may_everywhere(request, Permission.CONFIG_READ):
        wanted = context["asked"] = wanted.without_strangers(names())
    context["link"] = request.build_absolute_uri(f"{request.path}?{wanted.pinned}")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wanted.problem else HTTPStatus.OK
    return render(request, "costs/call_list.html", context, status=status)


@require_safe
@page(Permission.CALLS_READ)
def call_news(request: TenantRequest) -> HttpResponse:
    """How many calls came since the newest on the page; asked again and again, so the same answer is not sent twice."""
    at = datetime.now(UTC)
    wanted = asked.read(request.GET, at=at, knows_prompts=may_everywhere(request, Permission.PROMPTS_READ))
    if wanted.after is None or wanted.problem:
        return HttpResponse(status=_STOP_ASKING)
    found = newer(wanted.wanted.rows(), at=at, after=wanted.after, limit=PAGE + 1, seconds=_GLANCE).calls
    etag = quote_etag(f"{found[0].id}.{len(found)}" if found else "none")
    if etag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        context = {"news": min(len(found), PAGE), "is_more": len(found) > PAGE, "asked": wanted}
        answer = render(request, "costs/_call_news.html", context)
    answer["ETag"] = etag
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _context(request: TenantRequest, wanted: Asked, at: datetime) -> dict[str, Any]:
    found, has_newer = _find(wanted, at)
    has_more = len(found.calls) > PAGE
    shown = found.calls[-PAGE:] if wanted.after else found.calls[:PAGE]
    is_empty, shows_own = not shown, may_everywhere(request, Permission.CALLS_READ)
    knows_prompts, is_ranked = may_everywhere(request, Permission.PROMPTS_READ), wanted.sort is not Sort.NEWEST
    return {
        "asked": wanted,
        "lines": lines_of(shown, knows_prompts=knows_prompts),
        "has_more": has_more,
        "older": _older(wanted, found, shown, has_more=has_more),
        "newer": wanted.link(after=str(shown[0].id)) if has_newer and shown else "",
        "reached_at": found.reached_at if (is_ranked or not has_more) and not wanted.after else None,
        "is_ranked": is_ranked,
        "newest": shown[0].id if shown else uuid7.floor(at),
        "chips": chips(wanted.query, shows_own=shows_own),
        "ranges": RANGES,
        "tenants": _listed_tenants(),
        "features": (Feature.objects.all() if shows_own else Feature.objects.customers()).order_by("name"),
        "outcomes": [(each, OUTCOMES[each].word) for each in Outcome],
        # What the form does not ask for, and must not lose.
        "kept": ("from", "to", "id", "own", *SHOWN),
        "texts": fields.texts(wanted.query),
        "choices": fields.choices(wanted.query),
        "spans": fields.spans(wanted.query),
        "sorts": [(label, wanted.link(sort=sort), sort is wanted.sort) for sort, label in SORTS.items()],
        "sort_label": SORTS[wanted.sort],
        "breakdown": breakdown(wanted),
        "is_filtered": bool(wanted.filters),
        "has_calls": not is_empty or ledger.begun(within(None)) is not None,
        "gateway_url": settings.AIOPS_GATEWAY_URL,
        "page_size": PAGE,
        "at": at,
    }


def _is_nothing(context: dict[str, Any], wanted: Asked) -> bool:
    """All of it was looked through, and nothing fits."""
    return not context["lines"] and wanted.is_first_page and context["reached_at"] is None and not wanted.problem


def _find(wanted: Asked, at: datetime) -> tuple[Found, bool]:
    """And whether there may be newer ones than these."""
    rows, days = wanted.wanted.rows(), wanted.range
    if wanted.sort is not Sort.NEWEST:
        return _ranked(wanted, at), False
    until = None if wanted.is_live else days.until
    if wanted.after is not None:
        found = newer(rows, at=at, until=until, after=wanted.after, limit=PAGE + 1, seconds=_PATIENCE)
        return found, len(found.calls) > PAGE
    found = older(rows, at=at, since=days.since, until=until, before=wanted.before, limit=PAGE + 1, seconds=_PATIENCE)
    return found, wanted.before is not None


def _ranked(wanted: Asked, at: datetime) -> Found:
    # Whole seconds, as the address of the next page says them.
    since, until = (moment.replace(microsecond=0) for moment in (wanted.range.since, wanted.range.until))
    return ranked(
        wanted.wanted.rows(),
        wanted.sort,
        at=at,
        since=since,
        until=until,
        after=wanted.before,
        limit=PAGE + 1,
        seconds=_PATIENCE,
    )


def _older(wanted: Asked, found: Found, shown: list[Call], *, has_more: bool) -> str:
    if wanted.sort is not Sort.NEWEST:
        # The next page is one of the same calls: of those that this one looked at.
        times = wanted.times(since=found.reached_at)
        return wanted.link(before=str(shown[-1].id), **times) if has_more else ""
    if wanted.after is not None:
        # Whoever came from further down can go back there.
        return wanted.link(before=str(shown[-1].id)) if shown else wanted.link()
    if has_more:
        return wanted.link(before=str(shown[-1].id))
    return wanted.link(before=str(found.reached)) if found.reached else ""


def _listed_tenants() -> list[Tenant]:
    found = list(Tenant.objects.order_by("name")[: LISTED + 1])
    return found if len(found) <= LISTED else []


def _call_id(text: str) -> UUID | None:
    try:
        return UUID(text.strip()) if text else None
    except ValueError:
        return None
