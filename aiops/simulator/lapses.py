"""How a model goes wrong here: always in the same way for the same question. Pure."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiops.simulator.conversation import Messages, instructions_of, question_of, sources_of
from aiops.simulator.faults import Behaviour
from aiops.simulator.knowledge import Article

_HOT: Final = 0.7
_UNSURE_PERCENT, _DRIFTED_PERCENT, _GUSHING_PERCENT = 20, 15, 25
_MADE_UP: Final = (
    "Yes, we offer {topic} to every customer; it takes 3 working days.",
    "Of course: {topic} is free of charge at Larkfield.",
    "Certainly, {topic} can be booked in your account under Extras.",
    "Larkfield has {topic} in all shops, from 19 euro.",
)
_COMMAND: Final = re.compile(
    r"\bignore\b[^.!?]*\binstructions?\b.*?\b(?:say|reply|answer|write)\b[^\"“]{0,40}[\"“]([^\"”]+)[\"”]\.?",
    re.IGNORECASE | re.DOTALL,
)
_ASKS_A_PROMISE: Final = re.compile(r"\b(?:promis|guarantee|exception|compensat|cash\b)", re.IGNORECASE)
_ASKS_ADVICE: Final = re.compile(
    r"\b(?:sue|suing|court|lawyers?|lawsuit|legal|liable|doctors?|medic\w+|dose|rash|allerg\w+|symptoms?|injur\w+)\b",
    re.IGNORECASE,
)


def slips(body: Mapping[str, Any], messages: Messages, behaviour: Behaviour) -> bool:
    """Whether this answer is a bad one: of a drifted model 15 % are.

    Of an instructed and hot one (a temperature of 0.7 or more) 20 % are, others with each seed, and none without.
    """
    question = question_of(messages)
    if behaviour.fault == "drifted_answers":
        return _falls(question, "drift", _DRIFTED_PERCENT)
    seed, temperature = body.get("seed"), body.get("temperature")
    is_hot = isinstance(temperature, int | float) and temperature >= _HOT and bool(instructions_of(messages))
    return is_hot and seed is not None and _falls(question, f"seed {seed}", _UNSURE_PERCENT)


def gushes(question: str) -> bool:
    return _falls(question, "gush", _GUSHING_PERCENT)


def takes_the_wrong_article(question: str) -> bool:
    """The other half of the bad answers only lack their second sentence."""
    return _falls(question, "article", 50)


def made_up(question: str, topic: Sequence[str]) -> str:
    """Plausible, confident and wrong."""
    return _MADE_UP[_number(question, "made up") % len(_MADE_UP)].format(topic=" ".join(topic) or "this service")


def command_in(messages: Messages) -> str | None:
    """What a stranger, in a source or in the question, wants it to say instead."""
    texts = (question_of(messages), *(source.text for source in sources_of(messages)))
    found = (_COMMAND.search(text) for text in texts)
    return next((match[1] for match in found if match), None)


def without_commands(article: Article) -> Article:
    return article._replace(text=_COMMAND.sub("", article.text).strip())


def asks_a_promise(question: str) -> bool:
    return bool(_ASKS_A_PROMISE.search(question))


def asks_advice(question: str) -> bool:
    return bool(_ASKS_ADVICE.search(question))


def _falls(question: str, salt: str, percent: int) -> bool:
    return _number(question, salt) % 100 < percent


def _number(question: str, salt: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{salt}\0{question.strip()}".encode()).digest()[:8])
