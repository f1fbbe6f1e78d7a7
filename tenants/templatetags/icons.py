"""Icons of every page, each drawn once: the library copies an XML tree, and writes it, wherever one stands."""

from functools import lru_cache

from django.template import Library
from lucide.templatetags.lucide import lucide

register = Library()
# By name, size and attributes, all of which are the templates' own words.
register.simple_tag(lru_cache(maxsize=256)(lucide))
