"""How a canary does beside what all others get, while it is under way and when it is over."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from costs.reports.arms import Comparison, canary_before, canary_beside
from prompts import services
from prompts.models import PromptVersion, Release
from prompts.views.comparing import card_of
from prompts.views.lane import Lane
from prompts.views.switched_off import switched_off
from prompts.views.wording import share, told
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

# The part of the page that is asked for again; of many calls less often, as all of them are counted anew.
_PART: Final = "canary"
_STOP_ASKING: Final = 286
_SOON, _LATER, _MANY = 5, 30, 20_000
# What the prompt's page asks for.
_SENTENCE: Final = "said-"
# To how many of 100 it may go on from here.
_SHARES: Final = (5, 25, 50)
_CHOICES: Final = 2
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def prompt_canary(request: TenantRequest, name: str) -> HttpResponse:
    lane, at = Lane.asked(request, name), datetime.now(UTC)
    asked = request.headers.get("HX-Target", "")
    found = canary_beside(lane.prompt, lane.environment, lane.tenant, at=at)
    if asked.startswith(_SENTENCE):
        response = render(request, "prompts/_canary_said.html", {"card": card_of(found) if found else None})
    else:
        template = "prompts/_canary.html" if asked == _PART else "prompts/prompt_canary.html"
        status = _STOP_ASKING if asked == _PART and found is None else 200
        response = render(request, template, _context(request, lane, found, at), status=status)
    # One address, three answers: the page, the part of it that is asked for again, and what it comes to.
    patch_vary_headers(response, ["HX-Target"])
    return response


def _context(request: TenantRequest, lane: Lane, found: Comparison | None, at: datetime) -> dict[str, Any]:
    over = None if found else services.last_tried(lane.prompt, lane.environment, lane.tenant)
    shown = found or canary_before(lane.prompt, lane.environment, lane.tenant)
    return {
        **switched_off(request, lane.prompt),
        "prompt": lane.prompt,
        "environment": lane.environment,
        "lane": lane,
        "shown": shown,
        "share": share(shown.canary) if shown else "",
        # Its share was another then, where it is another release.
        "began": services.canary_began(shown.canary) if shown else None,
        "over": over,
        "ended": told(over.ended) if over else None,
        "card": card_of(shown, is_over=found is None) if shown else None,
        "refresh": _refresh(found) if found else None,
        "calls": _calls(lane, shown) if shown else (),
        "shares": _shares(found.canary) if found else (),
        "may_release": may_everywhere(request, Permission.PROMPTS_RELEASE),
        "may_read_calls": may_everywhere(request, Permission.CALLS_READ),
        "reader": request.principal.actor.id,
        "at": at,
    }


def _refresh(found: Comparison) -> int:
    return _LATER if found.head.calls + found.base.calls > _MANY else _SOON


def _shares(canary: Release) -> Sequence[int]:
    return [each for each in _SHARES if each > canary.percent][:_CHOICES]


def _calls(lane: Lane, shown: Comparison) -> Sequence[tuple[PromptVersion, str]]:
    """Where the calls of each arm are listed, of the time that is compared."""
    return [(version, _calls_of(lane, version, shown)) for version in (shown.canary.version, shown.beside.version)]


def _calls_of(lane: Lane, version: PromptVersion, shown: Comparison) -> str:
    since, until = (f"{moment.astimezone(UTC):{_MOMENT}}" for moment in (shown.since, shown.until))
    query = lane.query | {"version": f"{lane.prompt}@{version}", "from": since, "to": until}
    return reverse("costs:call-list", query=query)
