"""The small marks of every page: a state's shape, a moment, a trend."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from aiops.lib import figures, showing

register = Library()

# Never colour alone: each state has a shape of its own.
_SHAPES: Final = {
    "ok": mark_safe('<circle cx="6" cy="6" r="5"/>'),
    "warn": mark_safe('<path d="M6 .8 11.5 11H.5z"/>'),
    "bad": mark_safe('<rect x="1" y="1" width="10" height="10" rx="1.5"/>'),
    "held": mark_safe('<rect x="1" y="1" width="10" height="10" rx="1.5"/>'),
    # Open inside: it looks on, and does nothing.
    "shadow": mark_safe(
        '<path fill-rule="evenodd" d="M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1m0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6"/>'
    ),
    "plain": mark_safe('<path d="M6 .5 11.5 6 6 11.5.5 6z"/>'),
}
_FORMATS: Final = {
    "clock": "%H:%M:%S",
    "minute": "%H:%M",
    "stamp": "%-d %b %H:%M:%S",
    # With its day also when that is today, for what somebody writes down.
    "full": "%-d %b %Y %H:%M:%S",
    # What is to come.
    "soon": "%a %-d %b %H:%M",
    # What may be as far ahead as another year.
    "planned": "%a %-d %b %Y %H:%M",
    "day": "%-d %b %Y",
}
_NO_DATA: Final = format_html('<span aria-hidden="true">{}</span><span class="vh">no data</span>', figures.MISSING)


@register.simple_tag
def pill(kind: str, text: object) -> SafeString:
    return format_html(
        '<span class="pill {}"><svg viewBox="0 0 12 12" aria-hidden="true">{}</svg>{}</span>', kind, _SHAPES[kind], text
    )


@register.simple_tag
def moment(value: datetime | None, form: str = "stamp") -> SafeString:
    """In UTC and saying so; a script shows it in the reader's own time, with UTC as its title."""
    if value is None:
        return missing()
    value = value.astimezone(UTC)
    text = value.strftime(_FORMATS[form])
    shown = text if form == "day" else f"{text} UTC"
    stamp = value.isoformat(timespec="milliseconds")
    return format_html('<time class="num" datetime="{}" data-form="{}">{}</time>', stamp, form, shown)


@register.simple_tag
def spark(values: Sequence[float], width: int = 72, height: int = 26) -> SafeString:
    """A line of the last hours; its numbers stand beside it in words."""
    top = max(values, default=0) or 1
    step = width / max(1, len(values) - 1)
    points = " ".join(
        f"{index * step:.1f},{height - 2 - float(value) / float(top) * (height - 4):.1f}"
        for index, value in enumerate(values)
    )
    return format_html(
        '<svg class="spark" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true">'
        '<polyline points="{2}"/></svg>',
        width,
        height,
        points,
    )


@register.filter
def ago(value: datetime, at: datetime) -> str:
    return f"{figures.span(at - value)} ago"


@register.filter
def spoken(code: str) -> str:
    """`stop.made` and `expires_at`, as people say them: Stop made, Expires at."""
    return code.replace(".", " ").replace("_", " ").capitalize()


@register.filter
def visible(text: str) -> str:
    """What somebody else wrote: what would act unseen in it is spelled out."""
    return showing.visible(text)


@register.simple_tag
def missing() -> SafeString:
    return _NO_DATA
