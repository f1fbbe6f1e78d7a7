"""What a model makes of a quote: the same in other signs, or something that no source says. Pure, by a seeded draw.

Each returns None for a quote to which it cannot be done, so that what it returns is one or the other by construction.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

WORD: Final = re.compile(r"[^\W\d_]{4,}")
SMALL: Final = re.compile(r"(?<![\w'])[^\W\d_]{2,3}(?![\w'])")
NUMBER: Final = re.compile(r"\d+")
NAME: Final = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}")
# A list of its own: what is measured must not measure itself.
NEGATION: Final = re.compile(
    r"\b(?:not|never|no|none|nor|neither|without|cannot|nobody|nothing|nowhere|except|unless|hardly|unable|than|rather|"
    r"only|little|few)\b|n't\b",
    re.IGNORECASE,
)
AUXILIARY: Final = re.compile(r"\b(?:is|are|was|were|has|had|have|can|could|will|would|did|does|do|may|should|must)\b")
_SENTENCES: Final = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b(?:St|Dr|Mr|Jr|vs|al|No)\.)(?<!etc\.)\s+(?=[A-Z\"“])|(?<=[。।؟۔])\s*"
)
# What stands on both sides of these may change places.
_EQUALS: Final = re.compile(r"^\W*(?:(?:and|or|as well as)\W+)?$|,|\b(?:and|or)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    text: str
    sentences: tuple[str, ...]
    # Of at least four letters, once each.
    words: tuple[str, ...]
    small: tuple[str, ...]
    names: tuple[str, ...]
    # Of another article.
    foreign: str = ""


type Mutation = Callable[[str, Document, Random], str | None]


def document(text: str, foreign: str = "") -> Document:
    names = tuple(sorted(set(NAME.findall(text))))
    return Document(text, tuple(_SENTENCES.split(text)), _once(WORD, text), _once(SMALL, text), names, foreign)


def _once(kind: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(sorted({each.lower() for each in kind.findall(text)}))


def says(document: Document, text: str) -> bool:
    """Whether these very words follow one another there, whatever their signs: then it is no mutation."""
    return f" {_bare(text)} " in f" {_bare(document.text)} "


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+|[%$€£]", unicodedata.normalize("NFKC", text).lower()))


def _put(quote: str, match: re.Match[str], new: str) -> str:
    return quote[: match.start()] + new + quote[match.end() :]


def _pick(kind: re.Pattern[str], quote: str, draw: Random) -> re.Match[str] | None:
    found = list(kind.finditer(quote))
    return draw.choice(found) if found else None


def _are_akin(one: str, other: str) -> bool:
    """Forms of one word: it may say the same."""
    one, other = one.lower(), other.lower()
    stem = max(3, min(len(one), len(other)) - 3)
    return one[:stem] == other[:stem] or one in other or other in one


# The same, in other signs.


def as_it_is(quote: str, document: Document, draw: Random) -> str | None:
    return quote


def curly(quote: str, document: Document, draw: Random) -> str | None:
    text = re.sub(r'"([^"]*)"', "“\\1”", quote).replace("'", "’")
    return text if text != quote else f"“{quote}”"


def dashes(quote: str, document: Document, draw: Random) -> str | None:
    return re.sub(r"[-–—−]", lambda _: draw.choice("-‐‑–—−"), quote) if re.search(r"[-–—−]", quote) else None


def spaces(quote: str, document: Document, draw: Random) -> str | None:
    return re.sub(" ", lambda _: draw.choice(("\u00a0", "  ", "\n", "\u2009", "\u202f")), quote)


def width(quote: str, document: Document, draw: Random) -> str | None:
    """Letters and digits of ASCII as wide as Chinese ones."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" and each != '"' else each for each in quote)


def soft_hyphens(quote: str, document: Document, draw: Random) -> str | None:
    text = re.sub(r"([^\W\d_]{3})(?=[^\W\d_]{3})", "\\1\u00ad", quote)
    return text if text != quote else None


def unseen(quote: str, document: Document, draw: Random) -> str | None:
    """Signs that nobody sees: of no width, or of the direction of writing."""
    return quote.replace(" ", draw.choice(("\u200b ", " \u200e", "\ufeff ")))


def decomposed(quote: str, document: Document, draw: Random) -> str | None:
    text = unicodedata.normalize("NFD", quote)
    return text if text != quote else None


def without_its_stop(quote: str, document: Document, draw: Random) -> str | None:
    return quote.rstrip(".。।") if quote[-1] in ".。।" else None


def begun_large(quote: str, document: Document, draw: Random) -> str | None:
    return quote[0].upper() + quote[1:] if quote[0].islower() else None


def ends_open(quote: str, document: Document, draw: Random) -> str | None:
    return draw.choice((f"… {quote}", f"{quote} …", f"[...] {quote}", f"{quote}..."))


def ellipsis(quote: str, document: Document, draw: Random) -> str | None:
    """Two pieces of one sentence; what is left out says neither "not" nor the like."""
    words = quote.split(" ")
    if len(words) < 10:
        return None
    first = draw.randrange(4, len(words) - 5)
    last = draw.randrange(first + 1, min(len(words) - 4, first + 12) + 1)
    left_out = " ".join(words[first - 1 : last + 1])
    if NEGATION.search(left_out) or not any(quote in each for each in document.sentences):
        return None
    sign = draw.choice((" … ", " ... ", " [...] ", "… ", " (…) "))
    return " ".join(words[:first]) + sign + " ".join(words[last:])


# What no source says.


def word_swapped(quote: str, document: Document, draw: Random) -> str | None:
    return _swapped(WORD, document.words, quote, draw)


def small_word_swapped(quote: str, document: Document, draw: Random) -> str | None:
    return _swapped(SMALL, document.small, quote, draw)


def name_swapped(quote: str, document: Document, draw: Random) -> str | None:
    return _swapped(NAME, document.names, quote, draw)


def _swapped(kind: re.Pattern[str], words: Sequence[str], quote: str, draw: Random) -> str | None:
    match = _pick(kind, quote, draw)
    if match is None or match[0].lower() in ("a", "an", "the"):
        return None
    others = [each for each in words if not _are_akin(each, match[0])]
    if not others:
        return None
    new = draw.choice(others)
    return _put(quote, match, new.capitalize() if match[0][0].isupper() else new)


def word_dropped(quote: str, document: Document, draw: Random) -> str | None:
    inner = list(re.finditer(r"(?<=\w )[^\W\d_]{4,} (?=\w)", quote))
    return _put(quote, draw.choice(inner), "") if inner else None


def number_changed(quote: str, document: Document, draw: Random) -> str | None:
    match = _pick(NUMBER, quote, draw)
    if match is None:
        return None
    at = draw.randrange(len(match[0]))
    old = unicodedata.digit(match[0][at])
    zero = ord(match[0][at]) - old
    new = draw.choice([each for each in range(10) if each != old])
    return _put(quote, match, match[0][:at] + chr(zero + new) + match[0][at + 1 :])


def digit_added(quote: str, document: Document, draw: Random) -> str | None:
    match = _pick(NUMBER, quote, draw)
    return _put(quote, match, match[0] + match[0][-1]) if match else None


def negated(quote: str, document: Document, draw: Random) -> str | None:
    match = _pick(AUXILIARY, quote, draw)
    if match is None or NEGATION.match(quote, match.end() + 1):
        return None
    return _put(quote, match, f"{match[0]} {draw.choice(('not', 'never', 'no longer'))}")


def contracted(quote: str, document: Document, draw: Random) -> str | None:
    match = _pick(re.compile(r"\b(?:is|are|was|were|has|had|could|would|did|does|do|should)\b"), quote, draw)
    return _put(quote, match, f"{match[0]}{draw.choice(("n't", 'n’t'))}") if match else None


def unnegated(quote: str, document: Document, draw: Random) -> str | None:
    match = _pick(re.compile(r"\b(?:not|never|no|without|cannot)\b ?"), quote, draw)
    return _put(quote, match, "can " if match[0].startswith("cannot") else "") if match else None


def order_changed(quote: str, document: Document, draw: Random) -> str | None:
    """Two words in each other's place, unless they stand in one list."""
    found = list(WORD.finditer(quote))
    if len(found) < 2:
        return None
    one, two = sorted(draw.sample(found, 2), key=re.Match.start)
    between = quote[one.end() : two.start()]
    if _are_akin(one[0], two[0]) or _EQUALS.search(between):
        return None
    return quote[: one.start()] + two[0] + between + one[0] + quote[two.end() :]


def of_another_document(quote: str, document: Document, draw: Random) -> str | None:
    return document.foreign or None


def _two_sentences(document: Document, draw: Random, least: int, most: int) -> tuple[str, str] | None:
    long = [each for each in document.sentences if len(each.split()) >= 12]
    pairs = [(a, b) for at, a in enumerate(long) for b in long[at + least : at + most + 1]]
    return draw.choice(pairs) if pairs else None


def ellipsis_over_sentences(quote: str, document: Document, draw: Random) -> str | None:
    """The beginning of one sentence, the end of the next."""
    found = _two_sentences(document, draw, 1, 1)
    return f"{' '.join(found[0].split()[:5])} … {' '.join(found[1].split()[-5:])}" if found else None


def ellipsis_far(quote: str, document: Document, draw: Random) -> str | None:
    """Whole sentences that have nothing to do with one another."""
    found = _two_sentences(document, draw, 4, 40)
    return f"{found[0]} … {found[1]}" if found else None


def ellipsis_backwards(quote: str, document: Document, draw: Random) -> str | None:
    words = quote.split(" ")
    return f"{' '.join(words[-4:])} … {' '.join(words[:4])}" if len(words) > 12 else None


def ellipsis_over_not(quote: str, document: Document, draw: Random) -> str | None:
    """The negation of a sentence left out."""
    match = _pick(re.compile(r"(?:\w+ )?\b(?:not|never|cannot|no|without)\b \w+"), quote, draw)
    if match is None:
        return None
    before, after = quote[: match.start()].split(), quote[match.end() :].split()
    return f"{' '.join(before)} … {' '.join(after)}" if min(len(before), len(after)) >= 3 else None


SAME: Final[tuple[Mutation, ...]] = (
    as_it_is, curly, dashes, spaces, width, soft_hyphens, unseen, decomposed, without_its_stop, begun_large, ends_open,
    ellipsis,
)  # fmt: skip
OTHER: Final[tuple[Mutation, ...]] = (
    word_swapped, small_word_swapped, name_swapped, word_dropped, number_changed, digit_added, negated, contracted,
    unnegated, order_changed, of_another_document, ellipsis_over_sentences, ellipsis_far, ellipsis_backwards,
    ellipsis_over_not,
)  # fmt: skip
