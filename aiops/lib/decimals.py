"""Decimals as people write them: ASCII digits and a point. Python's own reader takes more, and not what was meant."""

import re
from decimal import Decimal
from typing import Final

# No `1_0`, no digits of other scripts, no NaN and no infinity.
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def read(text: str) -> Decimal | None:
    """None when it is not one."""
    stripped = text.strip()
    return Decimal(stripped) if _DECIMAL.fullmatch(stripped) else None
