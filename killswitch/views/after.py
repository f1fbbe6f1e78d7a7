"""What is done about a stop that is there: push it again, say more, look at it for a colleague."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from killswitch import history, services
from killswitch.addresses import address
from killswitch.forms import NoteForm, ReviewForm
from killswitch.models import Stop
from killswitch.standing import stops_at
from killswitch.views import resumed
from killswitch.views.places import Place, place_at
from tenants.http import TenantRequest, page, posted
from tenants.permissions import Permission
from tenants.resuming import said_as

type Step = Callable[[TenantRequest, Place], HttpResponse]


def _home(request: TenantRequest, /, **where: str) -> str:
    """Whoever may not see it is told nothing by where it leads."""
    place_at(request.principal, **where)
    return address("detail", **where)


@never_cache
@page(Permission.SWITCHES_READ)
@posted(_home)
def stop_retry(request: TenantRequest, /, **where: str) -> HttpResponse:
    """To processes that have not confirmed."""
    place = _changeable(request, where)
    active, last = stops_at(place.target).filter(state=Stop.State.ACTIVE), stops_at(place.target).order_by("-revision")
    # What was turned back on last may be what is not confirmed, also while some part is off.
    for stop in dict.fromkeys([*active, *last[:1]]):
        history.push_again(stop)
    messages.success(request, "Pushed again to every worker.")
    return redirect(place.home)


@said_as(resumed.note)
@never_cache
@page(Permission.SWITCHES_READ)
@posted(_home)
def stop_note(request: TenantRequest, /, **where: str) -> HttpResponse:
    place = _changeable(request, where)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _said(request, place, form)
    stop = _stop_of(place, form)
    services.note(stop, form.cleaned_data["note"], by=request.principal.actor, at=datetime.now(UTC))
    return redirect(place.home)


@said_as(resumed.review)
@never_cache
@page(Permission.SWITCHES_READ)
@posted(_home)
def stop_review(request: TenantRequest, /, **where: str) -> HttpResponse:
    place = _changeable(request, where)
    form, at = ReviewForm(request.POST), datetime.now(UTC)
    if not form.is_valid():
        return _said(request, place, form)
    stop = _stop_of(place, form)
    again_at = form.again_at(at) if stop.state == Stop.State.ACTIVE else None
    services.review(stop, by=request.principal.actor, note=form.cleaned_data["note"], again_at=again_at, at=at)
    messages.success(request, f"Your review of the stop of {stop.what} is in its history.")
    return redirect(place.home)


def _changeable(request: TenantRequest, where: dict[str, str]) -> Place:
    place = place_at(request.principal, **where)
    place.check_change(request.principal)
    return place


def _said(request: TenantRequest, place: Place, form: NoteForm) -> HttpResponse:
    """The box asks for it; this is for what gets past the box."""
    for problems in form.errors.get_json_data().values():
        for problem in problems:
            messages.error(request, problem["message"])
    return redirect(place.home)


def _stop_of(place: Place, form: NoteForm) -> Stop:
    stop = stops_at(place.target).filter(pk=form.cleaned_data["stop"]).first()
    if stop is None:
        raise Http404
    return stop
