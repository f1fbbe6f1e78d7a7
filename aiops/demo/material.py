"""What the customers ask about: the questions and the knowledge base of examples/quality, read once."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from django.conf import settings

QUALITY: Final = Path(settings.BASE_DIR) / "examples" / "quality"
# Neighbouring articles stand in one passage, as a splitter of long documents cuts them.
_ARTICLES_A_PASSAGE: Final = 5

type Source = Mapping[str, str]


class Question(NamedTuple):
    """With what the search found for it, best first."""

    text: str
    sources: Sequence[Source]

    @property
    def as_variables(self) -> Mapping[str, Any]:
        return {"question": self.text, "sources": self.sources}


@cache
def of_customers() -> Sequence[Question]:
    """Some of them nobody can answer, and a few try to talk the assistant into something."""
    return [question for question in _cases("support-answer") if question.sources]


@cache
def of_colleagues() -> Sequence[Question]:
    """Of people who work by the handbook: a dozen long passages each."""
    found = _cases("document-qa")
    articles = {source["id"]: source for question in found for source in question.sources}
    passages = _passages([articles[name] for name in sorted(articles)])
    return [Question(each.text, [passages[source["id"]] for source in each.sources]) for each in found]


@cache
def articles() -> Sequence[Source]:
    """Of the help centre, each once."""
    found = {source["id"]: source for question in _cases("document-qa") for source in question.sources}
    return list(found.values())


def _passages(following: Sequence[Source]) -> Mapping[str, Source]:
    """Each article with those that follow it, by its id."""
    twice = [*following, *following]
    return {
        source["id"]: {**source, "text": " ".join(each["text"] for each in twice[place : place + _ARTICLES_A_PASSAGE])}
        for place, source in enumerate(following)
    }


@cache
def _cases(suite: str) -> Sequence[Question]:
    lines = (QUALITY / "evals" / "data" / f"{suite}.jsonl").read_bytes().splitlines()
    found = [case["vars"] for case in map(orjson.loads, lines)]
    return [Question(each["question"], each["sources"]) for each in found]
