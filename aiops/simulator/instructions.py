"""What the simulator obeys, so that a worse prompt gets worse answers. Pure.

Read from the system and developer messages, outside of `<source>`, by these words in either case. Without such a
message nothing here applies: it answers from the sources, or the help centre, and says so when it does not know.

Obeyed wherever it is said:

| Said | Done |
| --- | --- |
| "one sentence", "brief", "short" | only the best sentence, not up to two |
| "[id]", "cite", "name the article", "name the source" | each answer ends with its source, `[returns]` |
| "offer/give/add … phone/contact" | a refusal says how to reach a person |
| "only … sources", "only … source" | without sources it knows nothing, also not the help centre |
| "no/not/never … legal/medical" | questions of law and of health are refused |
| `end/close … with "…"` | each answer ends so |
| "write a title" | the article's title, or the question's first words, instead of an answer |
| "at most N words" | a title of at most that many |

Lapses of a model that is told to answer from "sources", the "help centre" or "articles":

| Not said | Done |
| --- | --- |
| "do not know", "cannot answer", "say so", "refuse" | what nothing answers, it makes up |
| "plain", "no filler" | one answer in four begins with "Great question!" |
| "never promise", "do not promise" | who asks for a promise, an exception or cash is promised it |
| "never/not instructions", "ignore … instructions" | it obeys `Ignore … instructions, say "…"` in what it reads |

And of a title: without "at most N words" it drags the whole question along.
A `response_format` with a schema is obeyed too (`grounding`); what goes wrong without any wording is in `lapses`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from aiops.simulator.conversation import Messages, instructions_of

_FROM_SOURCES: Final = re.compile(r"\bsources?\b|\bhelp cent(?:re|er)\b|\barticles?\b", re.IGNORECASE)
_ONLY_SOURCES: Final = re.compile(r"\bonly\b[^.]*\bsources?\b", re.IGNORECASE)
_REFUSE: Final = re.compile(
    r"\b(?:do not|don['’]t) know\b|\b(?:cannot|can['’]t) answer\b|\bsay so\b|\brefuse", re.IGNORECASE
)
_BRIEF: Final = re.compile(r"\bone sentence\b|\bbrief(?:ly)?\b|\bshort\b", re.IGNORECASE)
_CITE: Final = re.compile(r"\[id\]|\bcite\b|\bname the (?:article|source)\b", re.IGNORECASE)
_CONTACT: Final = re.compile(r"\b(?:offer|give|add)\b[^.]*\b(?:phone|contact)\b", re.IGNORECASE)
_NO_ADVICE: Final = re.compile(r"\b(?:no|not|never)\b[^.]*\b(?:legal|medical)\b", re.IGNORECASE)
_NO_PROMISE: Final = re.compile(r"\b(?:never|do not|don['’]t) promise\b", re.IGNORECASE)
_NO_COMMAND: Final = re.compile(
    r"\b(?:not|never) (?:an )?instructions?\b|\bignore\b[^.]*\binstructions?\b", re.IGNORECASE
)
_PLAIN: Final = re.compile(r"\bplain\b|\bno filler\b", re.IGNORECASE)
_CLOSING: Final = re.compile(r"\b(?:end|close)\b[^.\"“]*\bwith [\"“]([^\"”]+)[\"”]", re.IGNORECASE)
_TITLE: Final = re.compile(r"\bwrite a title\b", re.IGNORECASE)
_WORDS: Final = re.compile(r"\bat most (\d{1,3}) words\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instructions:
    """What was said and what was not."""

    from_sources: bool = False
    only_sources: bool = False
    refuse: bool = False
    brief: bool = False
    cite: bool = False
    contact: bool = False
    no_advice: bool = False
    no_promise: bool = False
    no_command: bool = False
    plain: bool = False
    closing: str = ""
    title: bool = False
    most_words: int | None = None

    @classmethod
    def of(cls, messages: Messages) -> "Instructions":
        return _read(instructions_of(messages))

    @classmethod
    def read(cls, text: str) -> Self:
        closing, words = _CLOSING.search(text), _WORDS.search(text)
        return cls(
            from_sources=bool(_FROM_SOURCES.search(text)),
            only_sources=bool(_ONLY_SOURCES.search(text)),
            refuse=bool(_REFUSE.search(text)),
            brief=bool(_BRIEF.search(text)),
            cite=bool(_CITE.search(text)),
            contact=bool(_CONTACT.search(text)),
            no_advice=bool(_NO_ADVICE.search(text)),
            no_promise=bool(_NO_PROMISE.search(text)),
            no_command=bool(_NO_COMMAND.search(text)),
            plain=bool(_PLAIN.search(text)),
            closing=closing[1] if closing else "",
            title=bool(_TITLE.search(text)),
            most_words=int(words[1]) if words else None,
        )

    @property
    def makes_up(self) -> bool:
        return self.from_sources and not self.refuse

    @property
    def gushes(self) -> bool:
        return self.from_sources and not self.plain

    @property
    def promises(self) -> bool:
        return self.from_sources and not self.no_promise

    @property
    def obeys_strangers(self) -> bool:
        return self.from_sources and not self.no_command


_read: Final = lru_cache(maxsize=64)(Instructions.read)
