"""What was sent after the session had ended: its sender sees it again, and sends it or not."""

from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from tenants.models import User
from tenants.principals import of_user
from tenants.resuming import KEPT_FOR, is_from_here, keep, kept_of, words_of


@require_safe
@never_cache
@login_required
def resume(request: HttpRequest) -> HttpResponse:
    kept = kept_of(request, at=datetime.now(UTC))
    if kept is None:
        minutes = KEPT_FOR.total_seconds() // 60
        messages.info(request, f"Nothing is kept to be sent. A form is kept for {minutes:.0f} minutes.")
        return redirect("home")
    # The rail marks where the form belongs.
    vars(request)["resumes"] = kept.address
    words = words_of(kept, of_user(cast(User, request.user)))
    return render(request, "tenants/resume.html", {"kept": kept, "words": words})


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was opened before its sender logged in again, as in another tab, waits for one more press."""
    match = request.resolver_match
    is_ours = match is not None and not match.view_name.startswith("account_")
    if not request.user.is_authenticated or not is_ours or not is_from_here(request):
        return csrf_failure(request, reason)
    keep(request, at=datetime.now(UTC))
    address = reverse("tenants:resume")
    return HttpResponseClientRedirect(address) if "HX-Request" in request.headers else redirect(address)
