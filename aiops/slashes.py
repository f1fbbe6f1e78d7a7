"""Addresses end with a slash. Who looks one up without it is led there; who sends something is told."""

from typing import override

from django.http import HttpRequest
from django.middleware.common import CommonMiddleware


class LeadToSlash(CommonMiddleware):
    @override
    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        # Clients follow a redirect with GET: what was sent would be lost, and the answer would look like success.
        if request.path.startswith("/api/") and request.method not in {"GET", "HEAD", "OPTIONS"}:
            return False
        return super().should_redirect_with_slash(request)
