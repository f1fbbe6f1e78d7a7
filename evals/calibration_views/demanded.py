"""What somebody chose in the forms of a feature's settings, and what those forms began from. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from evals.confidence.modes import MODES, UNVERIFIED, Told
from gateway.grounding.policy import Mode, Policy, Unverified
from gateway.models.caching import LONGEST_SECONDS
from gateway.views.differences import Difference

THRESHOLD: Final = "Threshold"
MISSING: Final = "What this form began from is missing: look at what stands here, and send it again."


@dataclass(frozen=True, slots=True)
class Demand:
    """Mode, and what becomes of a claim that does not hold; `problem` is of the form."""

    mode: str
    unverified: str
    problem: str = ""

    @classmethod
    def of(cls, policy: Policy) -> Self:
        return cls(str(policy.mode), str(policy.unverified))

    @classmethod
    def of_post(cls, sent: Mapping[str, str]) -> Self:
        mode, unverified = sent.get("mode", ""), sent.get("unverified", "")
        problem = "" if mode in MODES and unverified in UNVERIFIED else "Choose one of each."
        return cls(mode, unverified, problem)

    def merged(self, shown: Policy, now: Policy) -> "Demand":
        """What was changed here beside what is new; where both changed the same, what was chosen here."""
        began, stands = Demand.of(shown), Demand.of(now)
        return Demand(
            stands.mode if self.mode == began.mode else self.mode,
            stands.unverified if self.unverified == began.unverified else self.unverified,
        )

    @property
    def modes(self) -> Sequence[tuple[str, Told, bool]]:
        return [(str(mode), told, str(mode) == self.mode) for mode, told in MODES.items()]

    @property
    def fates(self) -> Sequence[tuple[str, Told, bool]]:
        return [(str(fate), told, str(fate) == self.unverified) for fate, told in UNVERIFIED.items()]


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many seconds, as it was typed."""

    text: str
    problem: str = ""

    @classmethod
    def of_post(cls, sent: Mapping[str, str]) -> Self:
        text = sent.get("seconds", "").strip()
        is_number = text.isascii() and text.isdigit() and len(text) < 10
        is_right = is_number and int(text) <= LONGEST_SECONDS
        return cls(text, "" if is_right else f"Enter a whole number from 0 to {LONGEST_SECONDS:,}.")

    @property
    def seconds(self) -> int:
        return int(self.text)


def token(policy: Policy) -> str:
    """A policy as a form carries it."""
    return f"{policy.mode} {policy.unverified} {policy.min_confidence}"


def read_token(text: str) -> Policy | None:
    mode, _, rest = text.partition(" ")
    unverified, _, threshold = rest.partition(" ")
    try:
        found = Policy(Mode(mode), float(threshold), Unverified(unverified))
    except ValueError:
        return None
    return found if 0 <= found.min_confidence <= 1 else None


def differences(before: Policy, after: Policy) -> list[Difference]:
    lines = [
        Difference("Answers from sources", MODES[before.mode].word, MODES[after.mode].word),
        Difference("A claim that does not hold", UNVERIFIED[before.unverified].word, UNVERIFIED[after.unverified].word),
        Difference(THRESHOLD, f"{before.min_confidence:g}", f"{after.min_confidence:g}"),
    ]
    return [line for line in lines if line.before != line.after]
