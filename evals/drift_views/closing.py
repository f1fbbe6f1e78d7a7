"""Somebody looked at an alarm: who, when, and what they found."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evals import services
from evals.drift.history import label_of
from evals.models import DriftAlarm
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.EVALS_RUN)
def alarm_close(request: TenantRequest, alarm_id: UUID) -> HttpResponse:
    alarm = get_object_or_404(DriftAlarm.objects.select_related("suite", "run"), pk=alarm_id)
    at = datetime.now(UTC)
    if request.method != "POST":
        context = {"alarm": alarm, "label": label_of(alarm), "at": at}
        return render(request, "drift/alarm_close.html", context)
    note = request.POST.get("note", "")[:2000]
    if services.close_alarm(alarm, note=note, by=request.principal.actor, at=at):
        messages.success(request, f"Closed: {label_of(alarm)} of {alarm.suite}. It is told again if the drift goes on.")
    else:
        alarm.refresh_from_db()
        messages.info(request, f"{alarm.closed_by} closed it before you, at {_clock(alarm)}. Nothing was changed.")
    return redirect("drift:signal-list")


def _clock(alarm: DriftAlarm) -> str:
    return f"{alarm.closed_at:%-d %b %H:%M:%S} UTC"
