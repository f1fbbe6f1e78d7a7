"""What waits behind the login."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.template import Library
from django.urls import reverse

from tenants import resuming

register = Library()


@register.simple_tag
def not_done_yet(request: HttpRequest) -> str:
    """Of a form that was sent without a session, and that this login leads back to; empty if there is none."""
    leads_there = request.GET.get("next", request.POST.get("next")) == reverse("tenants:resume")
    kept = resuming.kept_of(request, at=datetime.now(UTC)) if leads_there else None
    return resuming.not_done_yet(kept) if kept else ""
