"""What a scorer is asked: one assertion, with its templates filled in, about one output."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evals.scoring.checks import CannotTell, Output
from evals.scoring.printing import printed
from evals.suites.model import Assertion, Case


@dataclass(frozen=True, slots=True)
class Question:
    # Without its `not-`.
    type: str
    value: Any
    assertion: Assertion
    case: Case
    output: Output
    # The case's, with the templates in them filled in.
    variables: Mapping[str, Any]

    @property
    def text(self) -> str:
        return self.output.seen

    @property
    def wanted(self) -> str:
        """The value as text. Raises CannotTell when it is none."""
        if self.value is None or isinstance(self.value, Mapping | list | tuple):
            raise CannotTell("its value must be text or a number.")
        return printed(self.value)

    @property
    def threshold(self) -> float | None:
        return self.assertion.threshold

    @property
    def limit(self) -> float:
        """The threshold. Raises CannotTell when there is none."""
        if self.threshold is None:
            raise CannotTell("it has no threshold.")
        return self.threshold
