"""Turning back on: one tap, two when it was somebody else's fresh stop, a second person when it was a careful one."""

from datetime import UTC, datetime
from http import HTTPStatus

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from killswitch import services
from killswitch.forms import LiftForm
from killswitch.models import Stop, StopEvent
from killswitch.scopes import Mode, Scope
from killswitch.standing import asks_first, events_at, stops_at
from killswitch.views import resumed
from killswitch.views.changes import Change
from killswitch.views.frame import frame
from killswitch.views.places import Place, place_at
from killswitch.words import opening
from tenants.http import TenantRequest, page
from tenants.models import Tenant
from tenants.permissions import Permission
from tenants.resuming import said_as


@said_as(resumed.on, not_done=resumed.not_on)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.SWITCHES_READ)
def switch_on(request: TenantRequest, /, **where: str) -> HttpResponse:
    place = place_at(request.principal, **where)
    place.check_change(request.principal)
    stop = _asked_for(request, place)
    at = datetime.now(UTC)
    if stop is None:
        messages.info(request, _already(place))
        return redirect(place.home)
    actor, form = request.principal.actor, LiftForm(request.POST)
    # One slip would have every tenant's calls run again.
    asks = (place.is_everyone or asks_first(stop, actor, at=at)) and "sure" not in request.POST
    if request.method != "POST" or asks or stop.needs_another(actor):
        return _ask(request, place, stop)
    if not form.is_valid():
        return _ask(request, place, stop, form)
    if _was_changed(request, stop):
        return _ask(request, place, stop, changed=True)
    services.lift(stop, by=actor, note=form.cleaned_data["note"], at=at)
    return redirect(place.home)


def _asked_for(request: TenantRequest, place: Place) -> Stop | None:
    """The stop in force of everything, or of the feature that is named."""
    asked = request.POST if request.method == "POST" else request.GET
    stops = stops_at(place.target).filter(state=Stop.State.ACTIVE)
    feature = asked.get("feature")
    if place.is_tenant and feature:
        return next((stop for stop in stops if stop.feature and stop.feature.slug == feature), None)
    return stops.filter(scope=place.target.scope).first()


def _already(place: Place) -> str:
    """Who was faster, and when."""
    lifted = events_at(place.target).filter(kind__in=(StopEvent.Kind.LIFTED, StopEvent.Kind.EXPIRED)).first()
    subject = f"AI is on for {place.name}" if place.speaks_of_ai else f"{place.name} is on"
    if lifted is None:
        return f"{subject}: nobody had turned it off."
    by = "Its time was over" if lifted.kind == StopEvent.Kind.EXPIRED else f"{opening(lifted.doer)} turned it back on"
    return f"{subject}. {by} before you, at {date_format(lifted.at, 'j M H:i:s')} UTC."


def _was_changed(request: TenantRequest, stop: Stop) -> bool:
    """A stop that was joined since the page showed it is not lifted unseen."""
    return request.POST.get("version", str(stop.version)) != str(stop.version)


def _joins(stop: Stop) -> QuerySet[StopEvent]:
    """What colleagues added since, which whoever lifts it should have read."""
    return stop.events.filter(kind=StopEvent.Kind.JOINED).order_by("-version")


def _coming_back() -> int:
    """Customers that are off with everyone alone."""
    whole = Stop.objects.active().filter(scope=Scope.TENANT, admits=0).exclude(mode=Mode.READ_ONLY)
    return Tenant.objects.customers().exclude(pk__in=whole.values("tenant")).count()


def _ask(
    request: TenantRequest, place: Place, stop: Stop, form: LiftForm | None = None, *, changed: bool = False
) -> HttpResponse:  # fmt: skip
    actor = request.principal.actor
    needs_another = stop.needs_another(actor)
    context = {
        **frame(request),
        "place": place,
        "tenant": place.tenant,
        "stop": stop,
        "note": request.POST.get("note", ""),
        "wrongs": form.errors.get("note", ()) if form else (),
        "joins": [Change(event) for event in _joins(stop)[:3]],
        "changed": Change(stop.events.latest("version")) if changed else None,
        "needs_another": needs_another,
        "is_second": stop.is_careful and not needs_another,
        "roles": place.roles,
        "is_mine": stop.made_by_id == actor.id,
        "customers": _coming_back() if place.is_everyone else None,
        "at": datetime.now(UTC),
    }
    return render(request, "killswitch/switch_on.html", context, status=_status(request, form, needs_another, changed))


def _status(request: TenantRequest, form: LiftForm | None, needs_another: bool, changed: bool) -> HTTPStatus:
    if form is not None:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    is_refused = needs_another and request.method == "POST"
    return HTTPStatus.CONFLICT if changed else HTTPStatus.FORBIDDEN if is_refused else HTTPStatus.OK
