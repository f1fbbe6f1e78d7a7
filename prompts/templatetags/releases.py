"""How a page tells a canary."""

from django.template import Library

from prompts.models import Release

register = Library()


@register.filter
def lane_share(canary: Release) -> str:
    """`v3 · 10%`."""
    return f"{canary.version} · {canary.percent}%"
