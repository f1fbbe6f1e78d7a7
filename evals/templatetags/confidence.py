"""Words and numbers of the Confidence pages."""

from decimal import Decimal

from django.template import Library

from evals.calibration.calibrated import short_percent
from evals.confidence.modes import MODES
from evals.confidence.standing import Standing
from gateway.refusal_words import word_of

register = Library()
register.filter("share", short_percent)

register.filter("refusal_word", word_of)


@register.filter
def mode_tone(standing: Standing) -> str:
    return MODES[standing.policy.mode].tone


@register.filter
def mode_word(standing: Standing) -> str:
    return MODES[standing.policy.mode].word


@register.filter
def threshold(value: Decimal) -> str:
    """0.73, not 0.7300."""
    return f"{value.normalize():f}"


@register.filter
def threshold_or_none(value: Decimal) -> str:
    """At 0 nothing is refused for being unsure: as without one."""
    return threshold(value) if value else "none"


@register.filter
def sentence(words: str) -> str:
    """`calibrated on v12, live is v17` as a sentence."""
    text = words.rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


@register.filter
def of(part: int, whole: int) -> str:
    """12% of so many."""
    return short_percent(part / whole)
