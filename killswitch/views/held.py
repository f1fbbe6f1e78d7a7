"""What only processes hold in force: somebody decides whether it becomes a stop like any other, or ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from killswitch import services
from killswitch.addresses import address_of
from killswitch.breakglass import reconcile
from killswitch.breakglass.folder import Folder
from killswitch.forms import ReleaseForm
from killswitch.lookups import Found, adoption_of, found, what_of
from killswitch.models import Stop
from tenants.http import TenantRequest, posted, staff_page
from tenants.permissions import Permission
from tenants.refusals import Invalid


class Line(NamedTuple):
    found: Found
    # Who is asked is the first of the two whom it takes.
    is_reviewed_by_me: bool


def held_lines(request: TenantRequest, *, at: datetime) -> Iterator[Line]:
    for each in found(at=at):
        review = each.held.review
        yield Line(each, review is not None and review.reviewed_by_id == request.principal.actor.id)


def _list(request: TenantRequest, /, stop_id: UUID) -> str:
    return reverse("killswitch:switch-list")


@never_cache
@staff_page(Permission.SWITCHES_GLOBAL)
@posted(_list)
def held_adopt(request: TenantRequest, stop_id: UUID) -> HttpResponse:
    held, folder, by = services.find_held(stop_id), Folder.of(settings.AIOPS_HOME), request.principal.actor
    made = reconcile.adopt(held, folder, note="", origin=Stop.Origin.CONSOLE, by=by, at=datetime.now(UTC)).stop
    messages.success(request, f"{made.what} is off by a stop like any other.")
    return redirect(address_of(made))


@never_cache
@staff_page(Permission.SWITCHES_GLOBAL)
@posted(_list)
def held_release(request: TenantRequest, stop_id: UUID) -> HttpResponse:
    form, held, at = ReleaseForm(request.POST), services.find_held(stop_id), datetime.now(UTC)
    if not form.is_valid():
        raise Invalid("note", str(form.errors["note"][0]))
    note = form.cleaned_data["note"]
    if services.release(held, adoption_of(held, at=at), by=request.principal.actor, note=note, at=at):
        messages.success(request, f"Calls of {what_of(held)} run again.")
    else:
        messages.info(request, f"{what_of(held)} stays off until another person releases it as well.")
    return redirect("killswitch:switch-list")
