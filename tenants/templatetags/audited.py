"""What an audit entry holds, as people read it: lists, mappings, times and truths in words."""

import re
from datetime import datetime
from typing import Any, Final

from django.template import Library
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from aiops.lib import showing
from tenants.digests import Digest
from tenants.templatetags.marks import missing, moment, spoken

register = Library()

_TITLES: Final = ("name", "slug", "model")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@register.filter
def readable(value: Any) -> SafeString:
    match value:
        case None | "":
            return missing()
        case bool():
            return conditional_escape("yes" if value else "no")
        case list() | dict() if not value:
            return conditional_escape("none")
        case dict():
            return format_html_join(", ", "{}: {}", ((_name(name), readable(each)) for name, each in value.items()))
        case list():
            return format_html_join(", ", "{}", ((_item(each),) for each in value))
        case Digest():
            return format_html('<span class="mono" title="{}">{}</span>', str(value), value.label)
        case str() if _TIME.fullmatch(value):
            return _moment(value)
        case str():
            return conditional_escape(showing.visible(value))
    return conditional_escape(value)


def _item(value: Any) -> SafeString:
    """What has a name, or is a model of a chain, is called by it: gpt-4o (attempts: 1)."""
    title = next((each for each in _TITLES if isinstance(value, dict) and each in value), None)
    if title is None:
        return readable(value)
    rest = {name: each for name, each in value.items() if name != title}
    return format_html("{} ({})", readable(value[title]), readable(rest)) if rest else readable(value[title])


def _name(name: str) -> str:
    words = spoken(showing.visible(name))
    return words[:1].lower() + words[1:]


def _moment(text: str) -> SafeString:
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:
        # The fortieth of a month, as somebody's note may have it.
        return conditional_escape(text)
