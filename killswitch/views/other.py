"""What is not a tenant and can be stopped: features of everyone, providers, models, prompts' live versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gateway.models import Model, Provider
from killswitch.lookups import with_people
from killswitch.models import Stop
from killswitch.scopes import Scope
from killswitch.targets import Target
from killswitch.views.frame import frame
from killswitch.views.parts import UNKNOWN, may_turn_on
from killswitch.views.places import Place, of_stop
from prompts.models import Release
from tenants.http import TenantRequest, may_everywhere, page
from tenants.models import Feature
from tenants.permissions import Permission
from tenants.principals import Principal

# Of systems and people: those that are stopped, in all tenants.
MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    place: Place
    stop: Stop | None
    says: str
    may_turn_on: bool = False

    def fits(self, query: str) -> bool:
        return any(query in text.lower() for text in (self.place.name, self.place.ref, self.says))


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    lines: Sequence[Line]
    # Said where there is none at all.
    empty: str

    @property
    def off(self) -> int:
        return sum(line.stop is not None for line in self.lines)


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def other_list(request: TenantRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:100]
    framed = frame(request)
    principal = request.principal
    shared = list(_shared(principal)) if framed["sees_all"] else []
    theirs = _theirs(principal, framed["sees_all"])
    groups = [*shared, theirs]
    found = [_narrowed(group, query.lower()) for group in groups]
    context = {
        **framed,
        "tab": "other",
        "groups": [group for group in found if group.lines or not query],
        # As the tab counts them; single systems and people are not off over everybody.
        "off": sum(group.off for group in shared),
        "theirs_off": theirs.off,
        "theirs_are": " connection or person" if theirs.off == 1 else " connections and people",
        "title": "Everything else" if framed["sees_all"] else "Connections and people",
        "query": query,
        "may_shared": may_everywhere(request, Permission.SWITCHES_SHARED),
        "at": datetime.now(UTC),
    }
    return render(request, "killswitch/other_list.html", context)


def _narrowed(group: Group, query: str) -> Group:
    lines = [line for line in group.lines if not query or line.fits(query)]
    # What is stopped comes first; otherwise by name.
    lines.sort(key=lambda line: line.stop is None)
    return Group(group.name, lines, group.empty)


def _shared(principal: Principal) -> Iterator[Group]:
    stops = {stop.target: stop for stop in Stop.objects.active().filter(tenant=None).select_related("feature")}
    kinds = (
        (
            "Features of everyone",
            _features(),
            "No features are declared. Calls name a feature; declare it with aiops apply.",
        ),
        ("Providers", _providers(), "No providers are declared. The gateway asks them for answers."),
        ("Models", _models(), "No models are declared. Callers name one, or a chain of them."),
        ("Prompt versions", _versions(), "No prompt is released. Its live version can be stopped here."),
    )
    for name, found, empty in kinds:
        yield Group(name, [_line(place, stops.get(place.target.key), says, principal) for place, says in found], empty)


def _line(place: Place, stop: Stop | None, says: str, principal: Principal) -> Line:
    return Line(place, stop, says, stop is not None and may_turn_on(stop, principal))


def _features() -> Iterator[tuple[Place, str]]:
    for row in Feature.objects.customers().order_by("name"):
        yield Place(Target.feature_of_all(row), row.slug, row.name), row.slug


def _providers() -> Iterator[tuple[Place, str]]:
    for row in Provider.objects.order_by("name"):
        yield Place(Target.provider(row.slug, row.name), row.slug), row.slug


def _models() -> Iterator[tuple[Place, str]]:
    for row in Model.objects.select_related("provider").order_by("slug"):
        yield Place(Target.model(row.slug), row.slug), f"{row.upstream} of {row.provider.name}"


def _versions() -> Iterator[tuple[Place, str]]:
    """Those that somebody is served; of a version that is served no more, its own page leads to its switch."""
    where: dict[tuple[str, int], list[str]] = {}
    targets = {}
    for row in Release.objects.lasting().select_related("prompt", "version", "tenant"):
        key = (row.prompt.name, row.version.number)
        where.setdefault(key, []).append(_whom(row))
        targets[key] = Target.prompt_version(row.version_id, f"{row.prompt.name} v{row.version.number}")
    for key in sorted(targets):
        yield Place(targets[key], targets[key].subject), f"serves {' and '.join(sorted(where[key]))}"


def _whom(row: Release) -> str:
    whose = f"{row.tenant.slug} in {row.environment}" if row.tenant else row.environment
    return f"{row.percent}% of {whose}" if row.is_canary else whose


def _theirs(principal: Principal, sees_all: bool) -> Group:
    """Stops of systems and people that are in force, of the tenants one sees."""
    rows = Stop.objects.active().filter(scope__in=(Scope.CONNECTION, Scope.USER), tenant__isnull=False)
    visible = with_people(list(rows.visible_to(frozenset()).select_related("tenant").order_by("-made_at")[:MOST]))
    lines = [_line(_their_place(stop), stop, stop.tenant.name if stop.tenant else "", principal) for stop in visible]
    empty = (
        f"None is stopped. A connection or person is stopped from the page of {'its' if sees_all else 'your'} tenant."
    )
    return Group("Connections and people that are stopped", lines, empty)


def _their_place(stop: Stop) -> Place:
    """A person by what their tenant calls them, where that is known."""
    place = of_stop(stop)
    return replace(place, called=vars(stop).get("person") or UNKNOWN) if stop.scope == Scope.USER else place
