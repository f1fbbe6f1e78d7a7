"""One item of one feature: what proves it, its history, who gave their word, what was agreed."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gateway.models import Provider
from readiness.forms import SCOPES, AttestForm, ExceptionForm
from readiness.items import ITEMS, Item
from readiness.models import Attestation, ItemException, StateOfDay
from readiness.refusals import NotYours
from readiness.services import role_for
from readiness.standing import standing
from readiness.views.history import changes_of
from readiness.views.showing import TONES
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.models import Feature
from tenants.permissions import Permission
from tenants.refusals import Refused

LISTED: Final = 10


@require_safe
@never_cache
@staff_page(Permission.READINESS_READ)
def item_detail(request: TenantRequest, feature: str, number: int) -> HttpResponse:
    return show(request, get_object_or_404(Feature, slug=feature), find_item(number))


def show(
    request: TenantRequest,
    feature: Feature,
    item: Item,
    *,
    attest: AttestForm | None = None,
    excepting: ExceptionForm | None = None,
    refused: Refused | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """The page, with the form that was sent and what is wrong with it."""
    at = datetime.now(UTC)
    found = standing(feature, item.number, at=at)
    context: dict[str, Any] = {
        "feature": feature,
        "item": item,
        "found": found,
        "tone": TONES[found.state],
        "ends_soon": found.ends_soon(at.date()),
        "changes": changes_of(StateOfDay.objects.filter(feature=feature, item=item.number).order_by("-day")),
        "attestations": _attestations(item, feature),
        "ended": _ended(item, feature),
        "may_change": may_everywhere(request, Permission.READINESS_CHANGE),
        "may_attest": item.is_attested and _may_attest(request, item),
        "attest": attest or attest_form(item, at),
        "excepting": excepting or exception_form(),
        "is_mine": found.exception is not None and found.exception.was_asked_by(request.principal.actor),
        "scopes": SCOPES,
        "kinds": ItemException.Kind.choices,
        "refused": refused,
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
        "today": at.date(),
        "at": at,
    }
    return render(request, "readiness/item_detail.html", context, status=status)


def find_item(number: int) -> Item:
    if number not in ITEMS:
        raise Http404
    return ITEMS[number]


def attest_form(item: Item, at: datetime, data: Any = None) -> AttestForm:
    providers = list(Provider.objects.order_by("slug").values_list("slug", flat=True)) if item.names_providers else []
    last = at.date() + (item.fresh or timedelta(days=365))
    return AttestForm(
        data, auto_id="attest-%s", providers=providers, initial={"scope": "feature", "expires_on": last.isoformat()}
    )


def exception_form(data: Any = None) -> ExceptionForm:
    return ExceptionForm(data, auto_id="except-%s", initial={"scope": "feature", "kind": ItemException.Kind.WAIVED})


def _attestations(item: Item, feature: Feature) -> list[Attestation]:
    rows = Attestation.objects.filter(item=item.number)
    mine = rows.filter(feature=feature) | rows.filter(feature=None)
    return list(mine.order_by("-id")[:LISTED])


def _ended(item: Item, feature: Feature) -> list[ItemException]:
    rows = ItemException.objects.filter(item=item.number).exclude(ended_at=None)
    mine = rows.filter(feature=feature) | rows.filter(feature=None)
    return list(mine.order_by("-ended_at")[:LISTED])


def _may_attest(request: TenantRequest, item: Item) -> bool:
    try:
        role_for(item, request.principal)
    except NotYours:
        return False
    return may_everywhere(request, Permission.READINESS_CHANGE)
