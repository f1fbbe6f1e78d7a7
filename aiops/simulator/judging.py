"""A judge, for suites with a rubric: it holds when most of the requirement's words are in the answer. Pure."""

import json
import re
from typing import Final

from aiops.simulator.answering import words_of
from aiops.simulator.conversation import Messages, text_of

_ANSWER: Final = re.compile(r"<answer[^>]*>\s*(.*?)\s*</answer[^>]*>", re.DOTALL)
_REQUIREMENT: Final = re.compile(r"<requirement>\s*(.*?)\s*</requirement>", re.DOTALL)
# Words of every rubric, which say nothing of what the answer must hold.
_OF_RUBRICS: Final = words_of("answer says say names name mentions mention tells tell explains states reply customer")
_MOST: Final = 0.5


def verdict_on(messages: Messages) -> str | None:
    """The judge's JSON; None when nobody asks for one."""
    # The system's message speaks of these marks, too.
    said = "\n".join(text_of(message) for message in messages if message.get("role") == "user")
    requirement, answer = _REQUIREMENT.search(said), _ANSWER.search(said)
    if requirement is None or answer is None:
        return None
    wanted = words_of(requirement[1]) - _OF_RUBRICS
    there = wanted & words_of(answer[1])
    score = len(there) / len(wanted) if wanted else 1.0
    reason = f"It holds {len(there)} of {len(wanted)} words of the requirement."
    return json.dumps({"reason": reason, "pass": score >= _MOST, "score": round(score, 2)})
