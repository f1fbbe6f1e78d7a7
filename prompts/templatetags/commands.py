"""Commands within sentences, which have them between backticks."""

import re
from typing import Final

from django.template import Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aiops.lib import showing

register = Library()

_COMMAND: Final = re.compile(r"`([^`]+)`")


@register.filter
def commands(sentence: str) -> SafeString:
    """As code; what would act unseen in either is spelled out."""
    parts = _COMMAND.split(showing.visible(sentence))
    shown = (format_html("<code>{}</code>" if place % 2 else "{}", part) for place, part in enumerate(parts))
    return format_html_join("", "{}", ((each,) for each in shown))
