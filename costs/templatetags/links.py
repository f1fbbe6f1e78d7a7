from django.template import Library

from costs.views.asked import Asked

register = Library()


@register.simple_tag
def inside(asked: Asked, slug: str) -> str:
    """The address of what one row of the page is made of."""
    return asked.link_into(slug)
