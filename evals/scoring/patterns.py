"""regex."""

from typing import Final

from evals.scoring import bounded
from evals.scoring.checks import CannotTell, Found
from evals.scoring.question import Question

_LONGEST: Final = 10_000


def regex(question: Question) -> Found:
    """Searched as JavaScript does. An invalid pattern fails, and so does its `not-`."""
    pattern = question.wanted
    if not pattern:
        raise CannotTell("its value is empty.")
    if len(pattern) > _LONGEST:
        raise CannotTell(f"the pattern is longer than {_LONGEST:,} characters.")
    found = bounded.call("search", pattern, question.text)
    if found is None:
        return Found(False, f"{pattern!r} is no pattern of JavaScript.", is_broken=True)
    return Found(found, f"it {'matches' if found else 'does not match'} {pattern!r}.")
