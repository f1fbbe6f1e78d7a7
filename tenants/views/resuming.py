"""What was sent after the session had ended: its sender sees it again, and sends it or not."""

from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenants.resuming import KEPT_FOR, kept_of


@require_safe
@never_cache
@login_required
def resume(request: HttpRequest) -> HttpResponse:
    kept = kept_of(request, at=datetime.now(UTC))
    if kept is None:
        minutes = KEPT_FOR.total_seconds() // 60
        messages.info(request, f"Nothing is kept to be sent. A form is kept for {minutes:.0f} minutes.")
        return redirect("home")
    return render(request, "tenants/resume.html", {"kept": kept})
