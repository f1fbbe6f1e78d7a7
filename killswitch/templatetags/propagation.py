from django.template import Library

register = Library()


@register.filter
def in_force(seconds: float) -> str:
    """8 ms, 240 ms, 1.24 s: of what is to be well below a second, to the millisecond."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:,.2f} s"
