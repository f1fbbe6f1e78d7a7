"""How a page tells a canary."""

from django.template import Library
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from prompts.models import Release

register = Library()


@register.filter
def lane_share(canary: Release) -> str:
    """`v3 · 10%`."""
    return f"{canary.version} · {canary.percent}%"


@register.filter
def unbroken(span: str) -> SafeString:
    """`−$0.0149 to −$0.0119`: a line breaks between the ends, and none after its minus."""
    return format_html_join(" to ", '<span class="num">{}</span>', ((end,) for end in span.split(" to ")))
