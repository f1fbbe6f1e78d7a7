"""Answers by plain overlap of words: the same question always has the same answer. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from aiops.simulator.knowledge import ARTICLES, Article

UNKNOWN: Final = "I do not know. The help centre says nothing about this."
_WORD: Final = re.compile(r"[^\W_]+")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_SOURCE: Final = re.compile(r'<source\s+id="([^"]+)"(?:\s+title="([^"]*)")?\s*>\s*(.*?)\s*</source>', re.DOTALL)
_COMMON: Final = frozenset(
    _WORD.findall(
        "a about all am an and any are as at be been but by can could did do does for from get give has have"
        " how i if in into is it its long many me much my need not of on or our please should so some tell"
        " that the their them there they this to us was we what when where which who why will with would you"
        " your"
    )
)
# One shared word is chance; a sentence that answers shares two, or a word of the title.
_ENOUGH: Final = 2.0
_TITLE_WEIGHT: Final = 2.0


class Found(NamedTuple):
    """The article that answers, the sentences of it that do, and how sure that is, 0 to 1."""

    article: Article
    sentences: tuple[str, ...]
    confidence: float


def find(question: str, articles: Sequence[Article]) -> Found | None:
    """The article that shares most words with the question; None when none shares enough."""
    asked = words_of(question)
    scored = [(_score(asked, article), -place, article) for place, article in enumerate(articles)]
    score, _, article = max(scored, default=(0.0, 0, None))
    if article is None or score < _ENOUGH:
        return None
    return Found(article, _best_sentences(asked, article), min(score / (_TITLE_WEIGHT * len(asked)), 1.0))


def answer(messages: Sequence[Mapping[str, Any]]) -> str:
    found = find(question_of(messages), sources_of(messages) or ARTICLES)
    return " ".join(found.sentences) if found else UNKNOWN


def question_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """The text of the last thing the user said, without any sources in it."""
    asked = [text_of(message) for message in messages if message.get("role") == "user"]
    return _SOURCE.sub(" ", asked[-1]) if asked else ""


def sources_of(messages: Sequence[Mapping[str, Any]]) -> tuple[Article, ...]:
    """What the caller brought along as `<source id="…">…</source>`, in any message."""
    found = (match for message in messages for match in _SOURCE.findall(text_of(message)))
    return tuple(Article(source_id, title, text) for source_id, title, text in found)


def text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def words_of(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.lower()) if word not in _COMMON)


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _score(asked: frozenset[str], article: Article) -> float:
    in_title = len(asked & words_of(article.title))
    return _TITLE_WEIGHT * in_title + len(asked & (words_of(article.text) - words_of(article.title)))


def _best_sentences(asked: frozenset[str], article: Article) -> tuple[str, ...]:
    sentences = _SENTENCE.split(article.text)
    ranked = sorted(range(len(sentences)), key=lambda place: (-len(asked & words_of(sentences[place])), place))
    return tuple(sentences[place] for place in sorted(ranked[:2]))


def overlap(asked: frozenset[str], choices: Iterable[str]) -> str:
    """The choice that shares most words; the first when none does."""
    return max(choices, key=lambda choice: len(asked & words_of(choice.replace("_", " "))))
