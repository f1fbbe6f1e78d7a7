"""What came of a drill, in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.models import ChainDrill
from gateway.reason_words import hops_told


@dataclass(frozen=True, slots=True)
class Drilled:
    drill: ChainDrill
    # The chain's models as they are now, as provider/model.
    labels: Sequence[str]

    @property
    def caveat(self) -> str:
        """Why it proves nothing of the chain as it is now; empty when it does."""
        if self.drill.finished_at is None or self.drill.is_of(self.labels):
            return ""
        if not self.drill.members:
            return "Which models it was of was not noted: it proves nothing of those of now."
        return f"It was of {', then '.join(self.drill.members)}: it proves nothing of the models of now."

    @property
    def trouble(self) -> str:
        """As it was noted, unless who was asked in vain on each gateway says it."""
        failing = [each for each in self.drill.answers if each.get("error")]
        if failing and all(each.get("hops") for each in failing) and len(failing) == len(self.drill.answers):
            return ""
        return self.drill.trouble

    @property
    def answers(self) -> Sequence[Mapping[str, Any]]:
        return [{**each, "asked": _asked(each)} for each in self.drill.answers]


def _asked(answer: Mapping[str, Any]) -> list[str]:
    """Of a gateway on which nobody answered: who was asked in vain, and why."""
    return hops_told(answer.get("hops", ())) if answer.get("error") else []
