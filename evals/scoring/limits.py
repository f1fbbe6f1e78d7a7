"""latency, cost, finish-reason."""

from decimal import Decimal

from evals.scoring.checks import CannotTell, Found
from evals.scoring.question import Question


def latency(question: Question) -> Found:
    """The threshold is in milliseconds."""
    took = question.output.latency_ms
    if took is None:
        raise CannotTell("nobody measured how long the call took.")
    return Found(took <= question.limit, f"it took {took:,} ms; {question.limit:,g} ms are allowed.")


def cost(question: Question) -> Found:
    """The threshold is in dollars."""
    paid = question.output.cost_usd
    if paid is None:
        raise CannotTell("the model has no known price.")
    allowed = Decimal(str(question.limit))
    return Found(paid <= allowed, f"it cost ${paid:f}; ${question.limit:g} is allowed.")


def finish_reason(question: Question) -> Found:
    given = question.output.finish_reason
    if given is None:
        raise CannotTell("the provider gave no finish reason.")
    return Found(given.lower() == question.wanted.lower(), f"it finished with {given!r}; wanted: {question.wanted!r}.")
