"""Icons as inline SVG: each is drawn once, as a page has dozens and draws the same few again and again."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: object) -> SafeString:
    return _drawn(name, size, tuple((key, str(value)) for key, value in attributes.items()))


@lru_cache(maxsize=1024)
def _drawn(name: str, size: int | None, attributes: tuple[tuple[str, str], ...]) -> SafeString:
    return SafeString(draw(name, size=size, **dict(attributes)))
