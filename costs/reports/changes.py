"""Why spend moved: what each key contributed, adding up to the whole difference to the last digit. Pure."""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from costs.reports.totals import Totals

# Shares below this are noise, not a cause.
_NOTABLE: Final = Decimal("0.05")


class Cause(StrEnum):
    """What moved most beside the spend."""

    MORE_CALLS = "more_calls"
    FEWER_CALLS = "fewer_calls"
    LONGER_PROMPTS = "longer_prompts"
    SHORTER_PROMPTS = "shorter_prompts"
    MORE_CACHED = "more_cached"
    LESS_CACHED = "less_cached"
    PRICE = "price"
    BEGAN = "began"
    ENDED = "ended"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class Change[K: Hashable]:
    """`by_calls` and `by_cost` add up to `delta`: more or fewer calls at the old cost each, and the rest."""

    key: K
    label: str
    delta: Decimal
    by_calls: Decimal
    by_cost: Decimal
    cause: Cause
    now: Totals
    before: Totals

    @property
    def is_unknown(self) -> bool:
        return self.now.is_unknown or self.before.is_unknown


def change_of[K: Hashable](key: K, label: str, now: Totals, before: Totals) -> Change[K]:
    delta = now.spend - before.spend
    by_calls = _by_calls(now, before, delta)
    return Change(key, label, delta, by_calls, delta - by_calls, _cause(now, before, by_calls, delta), now, before)


def _by_calls(now: Totals, before: Totals, delta: Decimal) -> Decimal:
    if before.priced <= 0:
        return delta
    # Rounded, as a third has no end; the remainder takes up what that loses.
    return round(before.spend * (now.priced - before.priced) / before.priced, 12)


def _cause(now: Totals, before: Totals, by_calls: Decimal, delta: Decimal) -> Cause:
    if not before.calls or not now.calls:
        return Cause.FLAT if not delta else Cause.BEGAN if now.calls else Cause.ENDED
    if abs(delta) < before.spend * _NOTABLE / 5:
        return Cause.FLAT
    if abs(by_calls) >= abs(delta - by_calls):
        return Cause.MORE_CALLS if by_calls > 0 else Cause.FEWER_CALLS
    return _cause_of_cost(now, before, is_rise=delta - by_calls > 0)


def _cause_of_cost(now: Totals, before: Totals, *, is_rise: bool) -> Cause:
    prompts = _growth(now.average_input_tokens, before.average_input_tokens)
    cached = (now.cached_share or Decimal(0)) - (before.cached_share or Decimal(0))
    if is_rise and prompts >= _NOTABLE:
        return Cause.LONGER_PROMPTS
    if not is_rise and prompts <= -_NOTABLE:
        return Cause.SHORTER_PROMPTS
    if abs(cached) >= _NOTABLE and (cached < 0) == is_rise:
        return Cause.LESS_CACHED if is_rise else Cause.MORE_CACHED
    return Cause.PRICE


def _growth(now: Decimal | None, before: Decimal | None) -> Decimal:
    return (now - before) / before if now is not None and before else Decimal(0)
