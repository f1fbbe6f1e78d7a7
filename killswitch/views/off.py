"""The confirm step: what turning off will do, why, until when; then it is done."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from costs import reports
from killswitch import services
from killswitch.forms import FIRST_REASONS, REASONS, UNTIL, Link, StopForm
from killswitch.models import Stop, StopEvent
from killswitch.standing import events_of, standing_of, version_of
from killswitch.targets import Target
from tenants import revisions
from tenants.http import TenantRequest, page
from tenants.models import Feature, Revision, Tenant
from tenants.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.SWITCHES_CHANGE)
def switch_off(request: TenantRequest, slug: str) -> HttpResponse:
    tenant = get_object_or_404(Tenant.objects.customers(), slug=slug)
    if request.method != "POST":
        link = Link.of(request.GET)
        form = StopForm(initial=link.initial(expected=version_of(tenant)))
        return _show(request, tenant, form, wrongs=link.wrongs)
    form = StopForm(request.POST)
    if not form.is_valid():
        return _show(request, tenant, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _stop(request, tenant, form, at=datetime.now(UTC))


def _stop(request: TenantRequest, tenant: Tenant, form: StopForm, *, at: datetime) -> HttpResponse:
    # Read and drawn outside of the revision's lock: whoever holds it holds up every other stop.
    blast_radius = {**reports.blast_radius(tenant.pk, None, at=at), "submission": str(form.cleaned_data["submission"])}
    try:
        _stop_as_seen(request, tenant, form, blast_radius, at)
    except _ChangedMeanwhile:
        return _conflict(request, tenant, form)
    return redirect("killswitch:switch-detail", tenant.slug)


class _ChangedMeanwhile(Exception):
    pass


def _stop_as_seen(
    request: TenantRequest, tenant: Tenant, form: StopForm, blast_radius: dict[str, Any], at: datetime
) -> None:
    """Under the revision's lock, so that nothing changes between looking and stopping."""
    with revisions.changing(Revision.Name.STOPS):
        if events_of(tenant).filter(blast_radius__submission=blast_radius["submission"]).exists():
            return
        if form.cleaned_data["expected"] != version_of(tenant):
            raise _ChangedMeanwhile
        for feature in list(form.cleaned_data["feature"]) or [None]:
            order = services.Order(
                target=Target.of(tenant, feature),
                reason=Stop.Reason(form.cleaned_data["reason"]),
                note=form.cleaned_data["note"],
                expires_at=form.expires_at(at),
                blast_radius=blast_radius,
            )
            services.stop(order, by=request.principal.actor, at=at)


def _conflict(request: TenantRequest, tenant: Tenant, form: StopForm) -> HttpResponse:
    """Somebody was faster: say who, keep what was typed, and let the same button go on from there."""
    data = request.POST.copy()
    data["expected"] = str(version_of(tenant))
    return _show(request, tenant, StopForm(data), changed=events_of(tenant).first(), status=HTTPStatus.CONFLICT)


def _show(
    request: TenantRequest,
    tenant: Tenant,
    form: StopForm,
    *,
    changed: StopEvent | None = None,
    wrongs: Sequence[str] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    at = datetime.now(UTC)
    known, named = Feature.objects.order_by("name"), set(form["feature"].value() or ())
    chosen = [feature for feature in known if feature.slug in named]
    standing = standing_of(tenant)
    context = {
        "tenant": tenant,
        "form": form,
        "features": [feature for feature in known if not feature.is_own or feature in chosen],
        "chosen": chosen,
        "what": _what(tenant, chosen),
        "first_reasons": FIRST_REASONS,
        "more_reasons": [reason for reason in REASONS if reason not in FIRST_REASONS],
        "careful": Stop.CAREFUL,
        "until": UNTIL,
        "traffic": reports.traffic([tenant.pk], at)[tenant.pk],
        "message": services.PUBLIC_MESSAGE,
        "off": standing.covering(chosen),
        "changed": changed,
        "wrongs": wrongs,
        "at": at,
    }
    return render(request, f"killswitch/switch_off.html{_part(request)}", context, status=status)


def _what(tenant: Tenant, chosen: list[Feature]) -> str:
    if len(chosen) == 1:
        return f"{chosen[0].name} for {tenant.name}"
    return f"{len(chosen)} features for {tenant.name}" if chosen else tenant.name


def _part(request: HttpRequest) -> str:
    return "#confirm" if request.headers.get("HX-Request") and request.method == "GET" else ""
