"""One prompt: what is served where, its versions, its releases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from prompts.models import Prompt, PromptVersion, Release
from prompts.services import environment_order
from prompts.serving import live_releases
from prompts.views.finding import environments, find_prompt
from prompts.views.history import releases_of, versions_page
from prompts.views.in_force import Served, in_force
from prompts.views.plan_lines import waiting_at
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

RELEASES: Final = 10
_MOST_RELEASES: Final = 500
# The element in the page that is asked for again until every gateway serves it; htmx's word for "no more".
_SERVED: Final = "served"
_STOP_ASKING: Final = 286


@dataclass(frozen=True, slots=True)
class EnvironmentLine:
    name: str
    release: Release | None
    # Another version was live there: it can be again.
    has_others: bool
    newest: PromptVersion | None

    @property
    def ahead(self) -> int:
        return self.newest.number - self.release.version.number if self.newest and self.release else 0


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def prompt_detail(request: TenantRequest, name: str) -> HttpResponse:
    prompt, at = find_prompt(name), datetime.now(UTC)
    live = live_releases(prompt)
    served = _served(live, request.GET.get("now", ""), at)
    if request.headers.get("HX-Target") == _SERVED:
        status = _STOP_ASKING if served is None or served.in_force.is_complete else 200
        response = render(request, "prompts/_served.html", {"served": served, "prompt": prompt}, status=status)
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
    releases = releases_of(prompt, min(log, _MOST_RELEASES) + 1)
    return {
        "prompt": prompt,
        "served": served,
        "environments": [_line(prompt, name, live, newest) for name in environments(prompt)],
        # Also to one tenant alone, or to a share of people.
        "still_served": _still_served(prompt) if prompt.orphaned_at else [],
        "plans": waiting_at(prompt, request, at),
        "page": page,
        "text": text,
        "newest": newest,
        "releases": releases[:log],
        "more_releases": log + 5 * RELEASES if len(releases) > log else None,
        "may_release": may_everywhere(request, Permission.PROMPTS_RELEASE),
        "may_read_audit": may_everywhere(request, Permission.AUDIT_READ),
        "reader": request.principal.actor.id,
        "at": at,
    }


def _still_served(prompt: Prompt) -> list[str]:
    rows = Release.objects.filter(prompt=prompt).lasting().values_list("environment", flat=True)
    return sorted(set(rows), key=environment_order)


def _line(prompt: Prompt, name: str, live: Sequence[Release], newest: PromptVersion | None) -> EnvironmentLine:
    release = next((each for each in live if each.environment == name), None)
    others = Release.objects.of(prompt, name).to_all().exclude(version=release.version_id if release else None)
    return EnvironmentLine(name, release, release is not None and others.exists(), newest)


def _served(live: Sequence[Release], environment: str, at: datetime) -> Served | None:
    release = next((each for each in live if each.environment == environment), None)
    served = Served(release, in_force(at), at) if release else None
    return served if served and served.is_news else None


def _number(text: str, least: int) -> int:
    return max(least, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else least
