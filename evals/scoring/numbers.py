"""numeric: the right number stands in the answer, however it is written."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from evals.scoring.checks import CannotTell, Found
from evals.scoring.printing import printed
from evals.scoring.question import Question

# Not what stands in a word; a minus that joins two numbers is none.
_NUMBER: Final = re.compile(
    r"(?<![\w.])[-−+]?(?:\d{1,3}(?:[,'’\u00a0\u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?|"
    r"(?<![\w.])[-−+]?\.\d+"
)
_SEPARATORS: Final = re.compile(r"[,'’\u00a0\u202f]")
_MOST: Final = 10_000
_PICKS: Final = ("any", "first", "last")


def numeric(question: Question) -> Found:
    """`tolerance` is a number or a share of the value (`1%`); `pick` says which number counts, by default any."""
    wanted, tolerance = _wanted(question), _tolerance(question)
    numbers = in_text(question.text)
    pick = question.assertion.settings.get("pick", "any")
    if pick not in _PICKS:
        raise CannotTell(f"pick must be one of: {', '.join(_PICKS)}.")
    counted = numbers if pick == "any" else numbers[:1] if pick == "first" else numbers[-1:]
    passed = any(abs(number - wanted) <= tolerance for number in counted)
    told = ", ".join(f"{number}" for number in counted[:5]) or "no number"
    return Found(passed, f"it says {told}; {wanted} is {'there' if passed else 'not there'}.")


def in_text(text: str) -> list[Decimal]:
    """-1,234.5 is one number; of `10-12` both are positive, and `A4` is none."""
    found = (_decimal(match[0]) for match, _ in zip(_NUMBER.finditer(text), range(_MOST), strict=False))
    return [number for number in found if number is not None]


def _wanted(question: Question) -> Decimal:
    value = question.value.get("value") if isinstance(question.value, Mapping) else question.value
    number = _decimal(printed(value).strip().removesuffix("%"))
    if number is None:
        raise CannotTell(f"its value {printed(value)!r} is no number.")
    return number


def _tolerance(question: Question) -> Decimal:
    given: Mapping[str, Any] = question.value if isinstance(question.value, Mapping) else question.assertion.settings
    text = printed(given.get("tolerance", 0)).strip()
    number = _decimal(text.removesuffix("%"))
    if number is None or number < 0:
        raise CannotTell(f"its tolerance {text!r} is no number or share.")
    return abs(_wanted(question)) * number / 100 if text.endswith("%") else number


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(_SEPARATORS.sub("", text).replace("−", "-"))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 400 else None
