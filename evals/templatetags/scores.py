"""A pass rate with what it may really be."""

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evals.gate.interval import Rate

register = Library()

_WIDTH = 120


@register.filter
def rated(rate: Rate) -> str:
    """96.7%, 91 to 99: so it stands in words beside the picture."""
    return f"{rate.percent:.1f}% ({rate.low:.0f}–{rate.high:.0f})"


@register.simple_tag
def interval(rate: Rate) -> SafeString:
    low, high, at = (round(value * _WIDTH / 100, 1) for value in (rate.low, rate.high, rate.percent))
    return format_html(
        '<svg class="interval" width="{0}" height="14" viewBox="-4 0 {5} 14" aria-hidden="true">'
        '<line class="whole" x1="0" x2="{0}" y1="7" y2="7"/><line class="range" x1="{1}" x2="{2}" y1="7" y2="7"/>'
        '<circle cx="{3}" cy="7" r="{4}"/></svg>',
        _WIDTH,
        low,
        high,
        at,
        3.5,
        _WIDTH + 8,
    )
