"""Answers by plain overlap of words: the same question always has the same answer. Pure."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from aiops.simulator import lapses
from aiops.simulator.conversation import Messages, question_of, sources_of
from aiops.simulator.instructions import Instructions
from aiops.simulator.knowledge import ARTICLES, Article

UNKNOWN: Final = "I do not know. The help centre says nothing about this."
CONTACT: Final = "You reach a person by phone from Monday to Friday, 8:00 to 18:00, or by chat until 22:00."
_WORD: Final = re.compile(r"[^\W_]+")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
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
    scored = [(_score(asked, article), -place, article) for place, article in enumerate(articles) if article.text]
    score, _, article = max(scored, default=(0.0, 0, None))
    if article is None or score < _ENOUGH:
        return None
    return Found(article, _best_sentences(asked, article), min(score / (_TITLE_WEIGHT * len(asked)), 1.0))


def answer(messages: Messages, *, slips: bool = False) -> str:
    """As the instructions want it; one that `slips` is worse than they deserve."""
    told, question = Instructions.of(messages), question_of(messages)
    if told.title:
        return _title(messages, told, slips=slips)
    command = lapses.command_in(messages)
    if command is not None and told.obeys_strangers:
        return command
    found = found_for(messages, told, slips=slips)
    if found is None and (told.makes_up or slips):
        return _phrased(told, question, _made_up(question), _first_id(messages))
    if found is None:
        return " ".join(filter(None, (UNKNOWN, CONTACT if told.contact else "", told.closing)))
    return _phrased(told, question, _said(told, question, found), found.article.id)


def found_for(messages: Messages, told: Instructions, *, slips: bool = False) -> Found | None:
    """What there is to say, from the sources that the caller brought, or else from the help centre."""
    question = question_of(messages)
    articles = sources_of(messages) or (() if told.only_sources else ARTICLES)
    if told.no_command:
        articles = tuple(map(lapses.without_commands, articles))
    if told.no_advice and lapses.asks_advice(question):
        return None
    found = find(question, articles)
    return _worse(found, question, articles) if found and slips else found


def _worse(found: Found, question: str, articles: Sequence[Article]) -> Found:
    others = [article for article in articles if article.id != found.article.id]
    if not others or not lapses.takes_the_wrong_article(question):
        return found._replace(sentences=found.sentences[:1])
    return found._replace(article=others[0], sentences=_best_sentences(words_of(question), others[0]))


def _said(told: Instructions, question: str, found: Found) -> str:
    sentences = _best_sentences(words_of(question), found.article, 1) if told.brief else found.sentences
    return " ".join(sentences)


def _phrased(told: Instructions, question: str, said: str, source_id: str) -> str:
    parts = (
        "Great question!" if told.gushes and lapses.gushes(question) else "",
        "Yes, we promise that." if told.promises and lapses.asks_a_promise(question) else "",
        said,
        f"[{source_id}]" if told.cite and source_id else "",
        told.closing,
    )
    return " ".join(filter(None, parts))


def _title(messages: Messages, told: Instructions, *, slips: bool) -> str:
    question, found = question_of(messages), found_for(messages, told, slips=slips)
    if told.most_words is None:
        return f"{found.article.title}: {question}" if found else question
    return " ".join((found.article.title if found else question).split()[: told.most_words])


def _made_up(question: str) -> str:
    topic = [word for word in _WORD.findall(question.lower()) if word not in _COMMON]
    return lapses.made_up(question, topic[:3])


def _first_id(messages: Messages) -> str:
    return next((source.id for source in sources_of(messages)), "")


# Of the articles and the questions, which come again and again.
@lru_cache(maxsize=512)
def words_of(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.lower()) if word not in _COMMON)


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _score(asked: frozenset[str], article: Article) -> float:
    in_title = len(asked & words_of(article.title))
    return _TITLE_WEIGHT * in_title + len(asked & (words_of(article.text) - words_of(article.title)))


def _best_sentences(asked: frozenset[str], article: Article, most: int = 2) -> tuple[str, ...]:
    sentences = _SENTENCE.split(article.text)
    ranked = sorted(range(len(sentences)), key=lambda place: (-len(asked & words_of(sentences[place])), place))
    return tuple(sentences[place] for place in sorted(ranked[:most]))


def overlap(asked: frozenset[str], choices: Iterable[str]) -> str:
    """The choice that shares most words; the first when none does."""
    return max(choices, key=lambda choice: len(asked & words_of(choice.replace("_", " "))))
