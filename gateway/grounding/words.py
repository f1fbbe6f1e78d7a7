"""What a text is made of, and what may not differ in it: numbers and negations. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from gateway.grounding.negations import NEGATIONS, is_no

# They belong to the letter before them: a vowel of Hindi is no end of a word.
_MARKS: Final = "".join(chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code))[0] == "M")
_LETTER: Final = rf"[^\W\d_{_MARKS}]"
_LETTERS: Final = rf"(?:{_LETTER}[{_MARKS}]*)+"
# Thai, Lao, Tibetan, Burmese, Khmer, Chinese, Japanese: no spaces between words.
_UNSPACED_RANGES: Final = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ec0-\u0ec6\u0edc-\u0edf\u0f40-\u0f6c"
    "\u1000-\u102a\u1780-\u17b3\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_COUNTING: Final = "〇零一二三四五六七八九十百千万萬亿億兆两兩"
_SPACED: Final = rf"(?:(?![{_UNSPACED_RANGES}]){_LETTER}[{_MARKS}]*)+"
_NUMBER: Final = rf"\d+(?:[.,:]\d+)*[{_COUNTING}]*"

WORD: Final = re.compile(rf"\d+(?:[.,:]\d+)*|{_LETTERS}(?:'{_LETTERS})?")
# What cannot be cut: a word where there are spaces, a letter where there are none, a number.
UNIT: Final = re.compile(rf"{_NUMBER}|[{_COUNTING}]+|[{_UNSPACED_RANGES}][{_MARKS}]*|{_SPACED}(?:'{_SPACED})?")
# And signs that say something.
SAID: Final = re.compile(rf"{UNIT.pattern}|[%‰°$€£¥₹₽₩฿<>=+±×÷^]|(?<!\w)-(?=\d)")
UNSPACED: Final = re.compile(f"[{_UNSPACED_RANGES}]")

_NUMBERS: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
billion half quarter third once twice
"""
_DATES: Final = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
"""
_WEIGHTY: Final = frozenset((_NUMBERS + _DATES).split()) | NEGATIONS


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def weighty(words: Iterable[str]) -> list[str]:
    """Numbers, dates and negations, in order; Sundays are Sunday."""
    return [told for word in words if (told := _known(word) if len(word) <= _LONGEST else _weighty(word))]


def _weighty(word: str) -> str:
    """Empty for any other word."""
    if word in _WEIGHTY:
        return word
    bare = word.removesuffix("s")
    return bare if word[0].isdigit() or is_no(word) or bare in _WEIGHTY else ""


# Most words are of the few thousand that a language is made of; what somebody made up takes no memory.
_LONGEST: Final = 30
_known: Final = lru_cache(maxsize=10_000)(_weighty)


def cuts(text: str, at: int) -> bool:
    """A word or a number goes on over this place."""
    return any(match.start() < at < match.end() for match in UNIT.finditer(text, max(0, at - 50), at + 50))


def around(text: str, start: int, end: int, more: int) -> tuple[int, int]:
    """With the words that it cuts, or with some more on either side."""
    before = [match.span() for match in UNIT.finditer(text, max(0, start - 100), start + 50) if match.start() < start]
    after = [match.span() for match in UNIT.finditer(text, max(0, end - 50), end + 100) if match.end() > end]
    if not more:
        before = [span for span in before if span[1] > start]
        after = [span for span in after if span[0] < end]
    return min([start, *(first for first, _ in before[-more:])]), max(
        [end, *(last for _, last in after[: more or None])]
    )
