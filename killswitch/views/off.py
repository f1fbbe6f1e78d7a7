"""The confirm step of every target: what turning off will do, why, until when; then it is done."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from killswitch import services
from killswitch.forms import Link, StopForm
from killswitch.lookups import blast_if_quick
from killswitch.standing import events_at, version_at
from killswitch.targets import Target
from killswitch.views import resumed
from killswitch.views.asking import order_of, shown, targets_of
from killswitch.views.changes import Change
from killswitch.views.places import Place, place_at
from tenants import revisions
from tenants.http import TenantRequest, page
from tenants.models import Revision
from tenants.permissions import Permission
from tenants.resuming import said_as


@said_as(resumed.off, not_done=resumed.not_off)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.SWITCHES_READ)
def switch_off(request: TenantRequest, /, **where: str) -> HttpResponse:
    place = place_at(request.principal, **where)
    place.check_change(request.principal)
    scope = place.target.scope
    if request.method != "POST":
        if "at" in request.GET:
            return redirect(f"{place.plan}?{request.GET.urlencode()}")
        link = Link.of(request.GET, scope)
        form = StopForm(initial=link.initial(expected=version_at(place.target)), scope=scope)
        return _show(request, place, form, wrongs=link.wrongs)
    form = StopForm(request.POST, scope=scope)
    if not form.is_valid():
        return _show(request, place, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _stop(request, place, form, at=datetime.now(UTC))


def _stop(request: TenantRequest, place: Place, form: StopForm, *, at: datetime) -> HttpResponse:
    targets = targets_of(place, form)
    # Read and drawn outside of the revision's lock: whoever holds it holds up every other stop.
    of = targets[0] if len(targets) == 1 else place.target
    record = {**blast_if_quick(of, at=at), "submission": str(form.cleaned_data["submission"])}
    try:
        _stop_as_seen(request, place, targets, form, record, at)
    except _ChangedMeanwhile:
        return _conflict(request, place, form)
    if form.dropped:
        messages.warning(request, form.dropped)
    return redirect(place.home)


class _ChangedMeanwhile(Exception):
    pass


def _stop_as_seen(
    request: TenantRequest,
    place: Place,
    targets: Sequence[Target],
    form: StopForm,
    record: dict[str, Any],
    at: datetime,
) -> None:
    """Under the revision's lock, so that nothing changes between looking and stopping."""
    with revisions.changing(Revision.Name.STOPS):
        if events_at(place.target).filter(blast_radius__submission=record["submission"]).exists():
            return
        if form.cleaned_data["expected"] != version_at(place.target):
            raise _ChangedMeanwhile
        for target in targets:
            services.stop(
                order_of(target, form, record, expires_at=form.expires_at(at)), by=request.principal.actor, at=at
            )


def _conflict(request: TenantRequest, place: Place, form: StopForm) -> HttpResponse:
    """Somebody was faster: say who, keep what was typed, and let the same button go on from there."""
    data = request.POST.copy()
    data["expected"] = str(version_at(place.target))
    data["until"] = form.cleaned_data["until"]
    last = events_at(place.target).first()
    again = StopForm(data, scope=place.target.scope)
    changed, wrongs = Change(last) if last else None, [form.dropped] if form.dropped else []
    return _show(request, place, again, changed=changed, wrongs=wrongs, status=HTTPStatus.CONFLICT)


def _show(
    request: TenantRequest,
    place: Place,
    form: StopForm,
    *,
    changed: Change | None = None,
    wrongs: Sequence[str] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = shown(request, place, form, at=datetime.now(UTC)) | {"changed": changed, "wrongs": wrongs}
    return render(request, f"killswitch/switch_off.html{_part(request)}", context, status=status)


def _part(request: HttpRequest) -> str:
    return "#confirm" if request.headers.get("HX-Request") and request.method == "GET" else ""
