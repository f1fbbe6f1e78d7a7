"""Giving one's word on the page of an item, and taking it back."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from readiness import services
from readiness.models import Attestation
from readiness.views.item import attest_form, find_item, show
from readiness.views.returning import home_of
from tenants.http import TenantRequest, posted, staff_page
from tenants.models import Feature
from tenants.permissions import Permission
from tenants.refusals import Invalid


@never_cache
@staff_page(Permission.READINESS_CHANGE)
@posted(lambda request, feature, number: reverse("readiness:item-detail", args=[feature, number]))
def item_attest(request: TenantRequest, feature: str, number: int) -> HttpResponse:
    of, item, at = get_object_or_404(Feature, slug=feature), find_item(number), datetime.now(UTC)
    form = attest_form(item, at, request.POST)
    if not form.is_valid():
        return show(request, of, item, attest=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    values = dict(form.cleaned_data)
    scope = values.pop("scope")
    try:
        services.attest(item, feature=of if scope == "feature" else None, **values, by=request.principal, at=at)
    except Invalid as refused:
        said = None if form.refuse(refused) else refused
        return show(request, of, item, attest=form, refused=said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, f"Attested: item {item.number}, until {values['expires_on']:%-d %b %Y}.")
    return redirect("readiness:item-detail", of.slug, item.number)


@never_cache
@staff_page(Permission.READINESS_CHANGE)
@posted(lambda request, attestation_id: _page_of(request, attestation_id))
def attestation_withdraw(request: TenantRequest, attestation_id: UUID) -> HttpResponse:
    found = _find(attestation_id)
    item = find_item(found.item)
    if services.withdraw(found, item, by=request.principal.actor, at=datetime.now(UTC)):
        messages.success(request, f"Withdrawn: the attestation of item {item.number} counts no more.")
    else:
        found.refresh_from_db()
        messages.info(request, f"{found.withdrawn_by} withdrew it before you. Nothing was changed.")
    return redirect(home_of(request, item.number, found.feature))


def _page_of(request: TenantRequest, attestation_id: UUID) -> str:
    found = _find(attestation_id)
    return home_of(request, found.item, found.feature)


def _find(attestation_id: UUID) -> Attestation:
    return get_object_or_404(Attestation.objects.select_related("feature"), pk=attestation_id)
