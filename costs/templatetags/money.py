from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aiops.lib import figures
from tenants.templatetags.marks import missing

register = Library()


def _spoken(form: Callable[[Any], str]) -> Callable[[Any], str]:
    """A dash is not read out: say that there is no number."""

    def show(value: Any) -> str:
        return missing() if value is None else form(value)

    return show


for _form in (
    figures.money,
    figures.short_money,
    figures.change_of_money,
    figures.count,
    figures.rate,
    figures.exact,
    figures.percent,
    figures.small_percent,
):
    register.filter(_form.__name__, _spoken(_form))


@register.simple_tag
def headline(amount: Decimal | None) -> SafeString:
    """The page's own number: cents are quieter than dollars."""
    if amount is None:
        return missing()
    whole, dot, cents = figures.money(amount).partition(".")
    return format_html("{}<span>{}{}</span>", whole, dot, cents)


@register.simple_tag
def delta(growth: Decimal | None, rising: str = "") -> SafeString:
    """▲ 16.8%: `rising` is the tone of a rise, "bad" for spend; the direction itself means neither."""
    if growth is None:
        return missing()
    word, glyph = ("up", "▲") if growth >= 0 else ("down", "▼")
    tone = {("bad", "up"): "bad", ("good", "up"): "ok", ("good", "down"): "bad"}.get((rising, word), "")
    return format_html(
        '<span class="{}"><span class="tri" aria-hidden="true">{}</span><span class="vh">{}</span> {}</span>',
        tone,
        glyph,
        word,
        figures.percent(abs(growth)),
    )


@register.filter
def counted(number: int, words: str) -> str:
    """1 call, 2,430 calls: `words` is one and many, as for `pluralize`."""
    one, _, many = words.partition(",")
    return f"{figures.exact(number)} {one if number == 1 else many}"


@register.filter
def minus(amount: Decimal, other: Decimal) -> Decimal:
    return amount - other


@register.filter
def lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]
