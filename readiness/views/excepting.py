"""Asking for an exception on the page of an item, agreeing to it, ending it."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from readiness import services
from readiness.models import ItemException
from readiness.refusals import NeedsAnother
from readiness.views.item import exception_form, find_item, show
from readiness.views.returning import home_of
from tenants.http import TenantRequest, posted, staff_page
from tenants.models import Feature
from tenants.permissions import Permission
from tenants.refusals import Conflict, Invalid


@never_cache
@staff_page(Permission.READINESS_CHANGE)
@posted(lambda request, feature, number: reverse("readiness:item-detail", args=[feature, number]))
def item_except(request: TenantRequest, feature: str, number: int) -> HttpResponse:
    of, item = get_object_or_404(Feature, slug=feature), find_item(number)
    form = exception_form(request.POST)
    if not form.is_valid():
        return show(request, of, item, excepting=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    values = dict(form.cleaned_data)
    scope, kind = values.pop("scope"), ItemException.Kind(values.pop("kind"))
    named = of if scope == "feature" else None
    try:
        services.ask_exception(
            item, kind=kind, feature=named, **values, by=request.principal.actor, at=datetime.now(UTC)
        )
    except Invalid as refused:
        said = None if form.refuse(refused) else refused
        return show(request, of, item, excepting=form, refused=said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict as refused:
        return show(request, of, item, excepting=form, refused=refused, status=HTTPStatus.CONFLICT)
    messages.success(request, "Asked for. It counts once a second person agrees.")
    return redirect("readiness:item-detail", of.slug, item.number)


@never_cache
@staff_page(Permission.READINESS_CHANGE)
@posted(lambda request, exception_id: _page_of(request, exception_id))
def exception_agree(request: TenantRequest, exception_id: UUID) -> HttpResponse:
    found = _find(exception_id)
    try:
        is_won = services.agree_exception(found, by=request.principal.actor, at=datetime.now(UTC))
    except (Conflict, NeedsAnother) as refused:
        home = Feature.objects.filter(slug=request.POST.get("feature", "")).first() or found.feature
        if home is None:
            raise
        return show(request, home, find_item(found.item), refused=refused, status=refused.status)
    if is_won:
        messages.success(request, f"Agreed: {found.get_kind_display().lower()}, item {found.item}.")
    else:
        messages.info(request, f"{found.agreed_by_label} agreed before you. Nothing was changed.")
    return redirect(home_of(request, found.item, found.feature))


@never_cache
@staff_page(Permission.READINESS_CHANGE)
@posted(lambda request, exception_id: _page_of(request, exception_id))
def exception_end(request: TenantRequest, exception_id: UUID) -> HttpResponse:
    found = _find(exception_id)
    if services.end_exception(found, by=request.principal.actor, at=datetime.now(UTC)):
        messages.success(request, _ended(found, is_mine=found.was_asked_by(request.principal.actor)))
    else:
        found.refresh_from_db()
        messages.info(request, f"{found.ended_by} ended it before you. Nothing was changed.")
    return redirect(home_of(request, found.item, found.feature))


def _ended(found: ItemException, *, is_mine: bool) -> str:
    if found.is_agreed:
        return f"Ended: item {found.item} is asked again."
    return f"{'Taken back' if is_mine else 'Declined'}: item {found.item} is asked as before."


def _page_of(request: TenantRequest, exception_id: UUID) -> str:
    found = _find(exception_id)
    return home_of(request, found.item, found.feature)


def _find(exception_id: UUID) -> ItemException:
    return get_object_or_404(ItemException.objects.select_related("feature"), pk=exception_id)
