"""What only processes hold in force: somebody decides whether it becomes a stop like any other, or ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from killswitch import services
from killswitch.addresses import address_of
from killswitch.forms import LONGEST_NOTE
from killswitch.lookups import order_of, target_of
from killswitch.models import Stop
from tenants.http import TenantRequest, posted, staff_page
from tenants.permissions import Permission
from tenants.refusals import NotFound


class Line(NamedTuple):
    held: services.Held
    what: str
    reason: str
    # For safety, privacy or law it is only adopted: then a second person lifts it.
    is_careful: bool


def held_lines() -> Iterator[Line]:
    for each in services.held():
        code = each.stop.reason
        label = Stop.Reason(code).label if code in Stop.Reason else code
        yield Line(each, _what(each), label, code in Stop.CAREFUL)


def _what(held: services.Held) -> str:
    try:
        return target_of(held.stop.target).label
    except NotFound:
        return held.stop.target


def _list(request: TenantRequest, /, stop_id: UUID) -> str:
    return reverse("killswitch:switch-list")


@never_cache
@staff_page(Permission.SWITCHES_GLOBAL)
@posted(_list)
def held_adopt(request: TenantRequest, stop_id: UUID) -> HttpResponse:
    order = order_of(services.find_held(stop_id).stop, note="", origin=Stop.Origin.CONSOLE)
    made = services.adopt(order, by=request.principal.actor, at=datetime.now(UTC)).stop
    messages.success(request, f"{made.what} is off by a stop like any other.")
    return redirect(address_of(made))


@never_cache
@staff_page(Permission.SWITCHES_GLOBAL)
@posted(_list)
def held_release(request: TenantRequest, stop_id: UUID) -> HttpResponse:
    found, note = services.find_held(stop_id), request.POST.get("note", "")[:LONGEST_NOTE]
    facts = {"reason": found.stop.reason, "mode": found.stop.mode, "processes": list(found.processes)}
    at = datetime.now(UTC)
    services.release(stop_id, target=found.stop.target, facts=facts, by=request.principal.actor, note=note, at=at)
    messages.success(request, f"Calls of {_what(found)} run again.")
    return redirect("killswitch:switch-list")
