"""One assertion, or a whole case, asked of an output."""

import asyncio
from decimal import Decimal
from typing import Any

from evals.scoring.checks import Check, Graded, Output
from evals.scoring.grading import grade
from evals.scoring.judging import Judge, Messages
from evals.suites.model import Assertion, Case


def graded(output: str | Output, *checks: Assertion, judge: Judge | None = None, **case: Any) -> Graded:
    answer = Output(output) if isinstance(output, str) else output
    return asyncio.run(grade(Case("case", checks=checks, **case), answer, judge))


def check(
    output: str | Output, type_: str, value: Any = None, *, judge: Judge | None = None, vars: Any = None, **more: Any
) -> Check:
    return graded(output, Assertion(type_, value, **more), judge=judge, vars=vars or {}).checks[0]


def verdict(output: str | Output, type_: str, value: Any = None, **more: Any) -> str:
    return str(check(output, type_, value, **more).verdict)


class Saying:
    """A judge with one reply; it keeps what it was asked."""

    def __init__(self, reply: str | Exception) -> None:
        self.reply, self.asked = reply, list[Messages]()

    async def ask(self, prompt: Messages) -> str:
        self.asked.append(prompt)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


CALL = Output("yes", latency_ms=120, cost_usd=Decimal("0.0004"), finish_reason="stop", model="mini")
