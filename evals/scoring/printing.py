"""Values as JavaScript prints them into a text, and texts as it counts them."""

import array
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

# What JavaScript calls white space, as the inside of a character class.
SPACE: Final = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
    "\u3000\ufeff"
)


def printed(value: Any) -> str:
    """3.0 is "3", true is "true", null is nothing, a list its items joined by commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return "[object Object]"
    if isinstance(value, list | tuple):
        return ",".join(map(printed, value))
    return str(value)


def units(text: str) -> str:
    """A character a UTF-16 unit: what JavaScript counts, so an emoji becomes two."""
    if text.isascii() or max(text) < "\U00010000":
        return text
    return "".join(map(chr, array.array("H", text.encode("utf-16-le", "surrogatepass"))))


def trimmed(text: str) -> str:
    return text.strip(_SPACES)


def _number(value: float) -> str:
    """Exponents from 1e21 and below 1e-6."""
    if value != value or value in (float("inf"), float("-inf")):
        return {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(value, "NaN")
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def storable(text: str, *, most: int) -> str:
    """Answers hold what no database takes: NUL characters, halves of surrogate pairs."""
    return text[:most].replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
