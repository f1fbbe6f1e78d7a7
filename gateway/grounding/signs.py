"""Signs that are written in many ways, and those that nobody sees. Pure."""

import unicodedata
from typing import Final

_UNSEEN: Final = (
    # The soft hyphen, what joins and parts without width, directions of writing, the byte order mark.
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    # The stroke that only makes an Arabic word longer.
    "\u0640"
)
_HIGH: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FRACTIONS: Final = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"

_BEYOND_DIGITS: Final = 0x1FC00


def _digits() -> dict[int, str]:
    """Of every script, as its reader reads them."""
    found = (each for each in map(chr, range(0x660, _BEYOND_DIGITS)) if each.isdecimal())
    return {ord(each): str(unicodedata.decimal(each)) for each in found}


# One letter for one.
SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″「」『』", '"'),
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
        "⁄": "/",
        "٫": ".",
        "٬": ",",
    }
) | str.maketrans({chr(code): digit for code, digit in _digits().items()})
UNSEEN: Final = frozenset(_UNSEEN)
WITHOUT_UNSEEN: Final = str.maketrans("", "", _UNSEEN)
# Those whose usual form would make another number of it: 10² is not 102, nor 6½ 61/2.
RAISED: Final = frozenset(_HIGH)
FRACTIONS: Final = frozenset(_FRACTIONS)
