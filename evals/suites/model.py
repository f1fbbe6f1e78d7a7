"""What a suite is, whichever file it came from. Pure and immutable; its canonical form is in `canonical`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

MOST_CASES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Gate:
    """When head is worse than base: `margin` in points of a hundred, increases as shares of base (0.2 is 20%)."""

    margin: float = 5.0
    alpha: float = 0.05
    must_pass: tuple[str, ...] = ()
    max_cost_increase: float | None = None
    # Of a version that has nothing to beat: the share of answers, in points, that must pass.
    threshold: float = 80.0
    max_latency_increase: float | None = None
    max_token_increase: float | None = None


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing asked of an output; an `assert-set` asks its `parts`."""

    type: str
    value: Any = None
    threshold: float | None = None
    weight: float = 1.0
    metric: str = ""
    # What else the scorer of this type reads, such as `tolerance`.
    settings: Mapping[str, Any] = field(default_factory=dict)
    # The judge's messages when they are not ours: a template, or a list of {role, content}.
    rubric_prompt: Any = None
    parts: tuple["Assertion", ...] = ()
    # Why it never runs; empty when it does.
    unsupported: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One input with what is asked of the answer. `key` says which case it is, in every version of the suite."""

    key: str
    description: str = ""
    vars: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[Assertion, ...] = ()
    tags: tuple[str, ...] = ()
    must_pass: bool = False
    # Of suites that were pushed when it was kept. Nothing counts by it.
    weight: float = 1.0
    threshold: float | None = None
    provenance: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    # Why none of its answers can be judged; empty when they can.
    unsupported: str = ""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """What the file asks for and nobody will run: of how many cases, and why."""

    what: str
    reason: str
    cases: int


JUDGE: Final = "default"


@dataclass(frozen=True, slots=True)
class Suite:
    name: str
    prompt: str = ""
    gate: Gate = field(default_factory=Gate)
    cases: tuple[Case, ...] = ()
    # Names only, such as `providers` or `tests.options.prefix`: what they hold may be secret.
    unknown: tuple[str, ...] = ()
    # Asked every day of what is live, so that a provider's drift is noticed.
    canary: bool = True
    # The model or chain of the gateway that rubrics are judged by.
    judge: str = JUDGE

    @property
    def unsupported(self) -> tuple[Unsupported, ...]:
        """In the order in which they first appear."""
        counts: dict[tuple[str, str], int] = {}
        for case in self.cases:
            for fault in dict.fromkeys(_faults(case)):
                counts[fault] = counts.get(fault, 0) + 1
        return tuple(Unsupported(what, reason, cases) for (what, reason), cases in counts.items())


def every(checks: tuple[Assertion, ...]) -> tuple[Assertion, ...]:
    """Each assertion, a set followed by its parts: the order in which results are told."""
    return tuple(each for check in checks for each in (check, *check.parts))


def _faults(case: Case) -> list[tuple[str, str]]:
    found = [("case", case.unsupported)] if case.unsupported else []
    return found + [(check.type, check.unsupported) for check in every(case.checks) if check.unsupported]
