"""What an answer is, and what is told of it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Output:
    """What came back of one call. None is "not measured", never zero; `error` says why there is no answer."""

    text: str = ""
    latency_ms: int | None = None
    cost_usd: Decimal | None = None
    finish_reason: str | None = None
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    model: str = ""
    error: str = ""

    @property
    def seen(self) -> str:
        """What checks of text look at: without text, the calls of tools as compact JSON."""
        if self.text or not self.tool_calls:
            return self.text
        return json.dumps(self.tool_calls, ensure_ascii=False, separators=(",", ":"))


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Check:
    """One assertion's verdict. `score` is None exactly when it is unscored; then `reason` says why."""

    type: str
    verdict: Verdict
    score: float | None
    reason: str = ""
    metric: str = ""
    # It counts within the set before it, and only there.
    in_set: bool = False
    # Counts that the scorer made, such as {"exact": 3, "fabricated": 1}.
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graded:
    """`passed` and `score` are None when a check that counts could not be told. The parts of a set follow it."""

    passed: bool | None
    score: float | None
    checks: tuple[Check, ...] = ()
    # The weighted mean of the checks of each metric, those that could be told.
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What a scorer found, before `not-` turns it round."""

    passed: bool
    reason: str
    score: float | None = None
    # Neither the assertion nor its `not-` can hold: an invalid pattern.
    is_broken: bool = False
    facts: Mapping[str, int] = field(default_factory=dict)


class CannotTell(Exception):
    """The scorer has no verdict; the text is the reason that people read."""
