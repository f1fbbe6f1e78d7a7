"""One prompt: what is served where, its versions, its releases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from killswitch.standing import version_stops
from prompts.models import Prompt, PromptVersion, Release
from prompts.services import environment_order
from prompts.serving import live_releases
from prompts.views.beside import by_now
from prompts.views.canary_said import said_at_once
from prompts.views.comparing import Card
from prompts.views.finding import environments, find_prompt
from prompts.views.history import releases_of, versions_page
from prompts.views.in_force import Served, in_force
from prompts.views.lane import Lane, find_lane
from prompts.views.news import newest_change, undo_of, words_of
from prompts.views.own_versions import OwnPage, own_page
from prompts.views.places import Place, places
from prompts.views.plan_lines import waiting_at
from prompts.views.switched_off import switched_off
from prompts.views.wording import told
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

RELEASES: Final = 10
_MOST_RELEASES: Final = 500
# The element in the page that is asked for again until every gateway serves it; htmx's word for "no more".
_SERVED: Final = "served"
_STOP_ASKING: Final = 286


@dataclass(frozen=True, slots=True)
class EnvironmentLine:
    place: Place
    newest: PromptVersion | None
    # Tenants with a version of their own; None: there are none.
    own: OwnPage | None
    # How its canary does. None: there is none, or so many calls that the page does not wait for their count.
    said: Card | None

    @property
    def ahead(self) -> int:
        """So many versions were pushed after the one that is live, and are not tried in its canary."""
        live = self.place.release
        return self.newest.number - live.version.number if self.newest and live else 0


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def prompt_detail(request: TenantRequest, name: str) -> HttpResponse:
    prompt, at = find_prompt(name), datetime.now(UTC)
    live = live_releases(prompt)
    may_release = may_everywhere(request, Permission.PROMPTS_RELEASE)
    served = _served(prompt, request.GET, at, may_release=may_release)
    if request.headers.get("HX-Target") == _SERVED:
        status = _STOP_ASKING if served is None or served.in_force.is_complete else 200
        context = {"served": served, "prompt": prompt, "stops": version_stops(), "reader": request.principal.actor.id}
        response = render(request, "prompts/_served.html", context, status=status)
    else:
        response = render(request, "prompts/prompt_detail.html", _context(request, prompt, live, served, at))
    # One address, two answers: the page, and the part of it that is asked for again.
    patch_vary_headers(response, ["HX-Target"])
    return response


def _context(
    request: TenantRequest, prompt: Prompt, live: Sequence[Release], served: Served | None, at: datetime
) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()[:100]
    page = versions_page(prompt, live, number=_number(request.GET.get("page", ""), 1), text=text)
    newest = PromptVersion.objects.of(prompt).order_by("-number").defer("content").first()
    log = _number(request.GET.get("log", ""), RELEASES)
    plans = waiting_at(prompt, request, at)
    releases = releases_of(prompt, min(log, _MOST_RELEASES) + 1)
    return {
        "prompt": prompt,
        "served": served,
        **switched_off(request, prompt),
        "may_stop": may_everywhere(request, Permission.SWITCHES_SHARED),
        "environments": _lines(prompt, newest, request.GET, at),
        # Also to one tenant alone, or to a share of people.
        "still_served": _still_served(prompt) if prompt.orphaned_at else [],
        "plans": plans,
        # Else what is told of them is that they failed.
        "plans_wait": any(line.plan.is_open for line in plans),
        "page": page,
        "text": text,
        "newest": newest,
        "releases": [told(release) for release in releases[:log]],
        "more_releases": log + 5 * RELEASES if len(releases) > log else None,
        "may_release": may_everywhere(request, Permission.PROMPTS_RELEASE),
        "may_read_audit": may_everywhere(request, Permission.AUDIT_READ),
        "reader": request.principal.actor.id,
        "at": at,
    }


def _still_served(prompt: Prompt) -> list[str]:
    rows = Release.objects.filter(prompt=prompt).lasting().values_list("environment", flat=True)
    return sorted(set(rows), key=environment_order)


def _lines(prompt: Prompt, newest: PromptVersion | None, query: QueryDict, at: datetime) -> list[EnvironmentLine]:
    known = {place.environment: place for place in places([prompt]).get(prompt.pk, [])}
    return [_line(prompt, known.get(name) or Place(name), newest, query, at) for name in environments(prompt)]


def _line(
    prompt: Prompt, place: Place, newest: PromptVersion | None, query: QueryDict, at: datetime
) -> EnvironmentLine:
    own = own_page(prompt, place.environment, query) if place.own else None
    said = said_at_once(prompt, place, at)
    return EnvironmentLine(place, newest, own, said)


def _served(prompt: Prompt, query: QueryDict, at: datetime, *, may_release: bool) -> Served | None:
    lane = find_lane(prompt, query.get("now", ""), query.get("tenant", ""))
    made = newest_change(lane) if lane else None
    if lane is None or made is None:
        return None
    undo = undo_of(made, lane) if may_release else None
    served = Served(made, in_force(at), at, words_of(made, lane), undo, lane.kept, _gets(made, lane), by_now(lane))
    return served if served.is_news else None


def _gets(made: Release, lane: Lane) -> PromptVersion | None:
    """What they get now for whom something changed."""
    if made.is_canary and not made.has_ended:
        return made.version
    return lane.served.version if lane.served else None


def _number(text: str, least: int) -> int:
    return max(least, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else least
