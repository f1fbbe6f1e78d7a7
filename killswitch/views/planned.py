"""Stops that are to be made at a moment: planned on the confirm step, shown beside the switches, cancelled there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from aiops.lib import durations
from killswitch import services
from killswitch.addresses import address_of
from killswitch.forms import Link
from killswitch.models import Plan
from killswitch.models.plan import PlanQuerySet
from killswitch.permitting import check_may_change, may_change
from killswitch.plan_forms import PlanForm
from killswitch.scopes import Scope
from killswitch.standing import version_at
from killswitch.targets import Target
from killswitch.views import resumed
from killswitch.views.asking import order_of, shown, targets_of
from killswitch.views.places import Place, place_at
from tenants.actors import Actor
from tenants.http import TenantRequest, page, posted
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import Conflict, Invalid
from tenants.resuming import said_as

# How long one that could not start goes on being shown.
_NEWS: Final = timedelta(days=3)
# Of all that are planned; a target's page has all of its own.
MOST: Final = 50
# Of them, on the list; the others fold away.
FIRST: Final = 5


@dataclass(frozen=True, slots=True)
class PlanLine:
    plan: Plan
    may_cancel: bool
    # Its moment is past, and nothing happened.
    is_late: bool

    @property
    def home(self) -> str:
        return address_of(self.plan)


def plan_lines(principal: Principal, at: datetime, target: Target | None = None) -> list[PlanLine]:
    """Those that wait, and those that lately could not start; what comes first, first."""
    found = (_at(target) if target else Plan.objects.all()).select_related("tenant", "feature")
    failed = Q(state=Plan.State.NOT_STARTED, settled_at__gt=at - _NEWS)
    rows = found.filter(Q(state=Plan.State.WAITING) | failed).order_by("starts_at")[:MOST]
    return [PlanLine(plan, _may_cancel(principal, plan), plan.is_late(at)) for plan in rows]


@dataclass(frozen=True, slots=True)
class PlanGroups:
    """Of the list: what is not off though it should be stands above all tenants, what waits below them."""

    failed: Sequence[PlanLine]
    waiting: Sequence[PlanLine]
    more: Sequence[PlanLine]

    @property
    def said(self) -> str:
        """How many wait; empty: none."""
        number = len(self.waiting) + len(self.more)
        return f"{number}+ planned" if number >= MOST else f"{number} planned" if number else ""


def plan_groups(principal: Principal, at: datetime) -> PlanGroups:
    lines = plan_lines(principal, at)
    waiting = [line for line in lines if line.plan.is_waiting and not line.is_late]
    return PlanGroups([line for line in lines if line not in waiting], waiting[:FIRST], waiting[FIRST:])


def _at(target: Target) -> PlanQuerySet:
    """A tenant's page is about all that is its own."""
    if target.scope == Scope.TENANT and target.tenant:
        return Plan.objects.of(target.tenant)
    return Plan.objects.at(target)


def _may_cancel(principal: Principal, plan: Plan) -> bool:
    is_theirs = not plan.is_kept_from(principal.actor)
    return plan.is_waiting and is_theirs and may_change(principal, plan.scope, plan.tenant_id)


@said_as(resumed.plan)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.SWITCHES_READ)
def switch_plan(request: TenantRequest, /, **where: str) -> HttpResponse:
    place = place_at(request.principal, **where)
    place.check_change(request.principal)
    scope = place.target.scope
    if request.method != "POST":
        link = Link.of(request.GET, scope)
        initial = link.initial(expected=version_at(place.target))
        times, wrongs = _times(request.GET)
        form = PlanForm(initial=initial | times, scope=scope)
        return _show(request, place, form, wrongs=[*link.wrongs, *wrongs])
    form = PlanForm(request.POST, scope=scope)
    if not form.is_valid() or not _plan(request, place, form):
        return _show(request, place, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(place.home)


def _times(query: QueryDict) -> tuple[dict[str, str], list[str]]:
    """What a link says of them, as the fields take it; and what it gets wrong."""
    now, asked = datetime.now(UTC), {"starts_at": query.get("at", ""), "ends_at": query.get("to", "")}
    read = {name: durations.upcoming(text, now=now) for name, text in asked.items() if text}
    wrongs = [f"The link asked for “{asked[name][:40]}”, which is no time." for name, at in read.items() if not at]
    return {name: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}" for name, at in read.items() if at}, wrongs


def _plan(request: TenantRequest, place: Place, form: PlanForm) -> bool:
    """False: the form says what is in the way."""
    starts_at: datetime = form.cleaned_data["starts_at"]
    try:
        with transaction.atomic():
            for target in targets_of(place, form):
                order = order_of(target, form, {}, expires_at=form.chosen_end)
                _once(target, order, starts_at, request.principal.actor)
    except Invalid as refused:
        is_beside = refused.field == "starts_at"
        form.add_error("starts_at" if is_beside else None, refused.sentence if is_beside else refused.told)
    except Conflict as refused:
        form.add_error("starts_at", refused.detail)
    return form.is_valid()


def _once(target: Target, order: services.Order, starts_at: datetime, by: Actor) -> None:
    """Sent twice, as by a double tap, it is planned once."""
    mine = Plan.objects.waiting().at(target).filter(starts_at=starts_at, made_by_kind=by.kind, made_by_id=by.id)
    try:
        if not mine.exists():
            services.plan(order, starts_at=starts_at, by=by)
    except Conflict:
        if not mine.exists():
            raise


@never_cache
@page(Permission.SWITCHES_READ)
@posted(lambda request, plan_id: address_of(_find(plan_id)))
def plan_cancel(request: TenantRequest, plan_id: UUID) -> HttpResponse:
    plan = _find(plan_id)
    check_may_change(request.principal, plan.scope, plan.tenant_id)
    services.cancel(plan, by=request.principal.actor)
    messages.success(request, f"Cancelled: {plan.what} is not turned off at {plan.starts_at:%-d %b %H:%M} UTC.")
    return redirect(address_of(plan))


def _find(plan_id: UUID) -> Plan:
    """Not there, and not yours, are one answer: the rows of others are not there."""
    found: Plan = get_object_or_404(Plan.objects.select_related("tenant", "feature"), pk=plan_id)
    return found


def _show(
    request: TenantRequest,
    place: Place,
    form: PlanForm,
    *,
    wrongs: Sequence[str] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = shown(request, place, form, at=datetime.now(UTC)) | {"wrongs": wrongs, "planning": True}
    part = "#confirm" if request.headers.get("HX-Request") and request.method == "GET" else ""
    return render(request, f"killswitch/switch_off.html{part}", context, status=status)
