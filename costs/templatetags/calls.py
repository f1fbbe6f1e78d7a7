from django.template import Library

from aiops.lib import figures
from tenants.templatetags.marks import missing

register = Library()


@register.filter
def took(milliseconds: int | None) -> str:
    return missing() if milliseconds is None else figures.latency(milliseconds)
