"""A stop in the words of the pages. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from killswitch.models.stop import THE_OPERATOR
from killswitch.scopes import InFlight, Mode, Scope

# What is so while it holds.
STATES: Final[Mapping[str, str]] = {
    Mode.REFUSE: "Off",
    Mode.HANDOFF: "Hands over to a person",
    Mode.CANNED: "Safe answer",
    Mode.READ_ONLY: "Read only",
}
# What is chosen before it is made.
CHOICES: Final[Mapping[Mode, str]] = {
    Mode.REFUSE: "Refuse",
    Mode.HANDOFF: "Hand over to a person",
    Mode.CANNED: "Safe answer",
    Mode.READ_ONLY: "Read only",
}
UNDER_WAY: Final[Mapping[InFlight, str]] = {
    InFlight.CUT: "Cut them",
    InFlight.DRAIN: "Let them end",
    InFlight.NEW_ONLY: "Leave them, new calls only",
}
# What an application gets, after the message that it may show.
SEEN: Final[Mapping[Mode, str]] = {
    Mode.REFUSE: "Applications get this as an error of type kill_switch, and need not try again.",
    Mode.HANDOFF: "Applications get this as an error of type kill_switch with handoff: true, and bring in a person.",
    Mode.CANNED: "Applications get the feature’s safe answer, marked as such; where it has none, this.",
    Mode.READ_ONLY: "Answers go on. Whatever would write to a customer’s system gets this as an error.",
}
# What becomes of the calls that it is about.
CALLS: Final[Mapping[Mode, str]] = {
    Mode.REFUSE: "calls are refused with 503 kill_switch",
    Mode.HANDOFF: "calls are refused with 503 kill_switch, for a person to take over,",
    Mode.CANNED: "calls get the feature’s safe answer",
    Mode.READ_ONLY: "calls write to no customer’s system",
}
KINDS: Final[Mapping[Scope, str]] = {
    Scope.GLOBAL: "everyone",
    Scope.TENANT: "tenant",
    Scope.FEATURE: "feature",
    Scope.TENANT_FEATURE: "feature",
    Scope.PROVIDER: "provider",
    Scope.MODEL: "model",
    Scope.PROMPT_VERSION: "prompt version",
    Scope.CONNECTION: "connection",
    Scope.USER: "person",
}


def listed(names: Sequence[str], *, more: int = 0) -> str:
    """One, two and three; of very many the first few and how many more."""
    several = [*names, f"{more:,} more"] if more else list(names)
    return " and ".join(each for each in (", ".join(several[:-1]), several[-1]) if each) if several else ""


def opening(text: str) -> str:
    """As the first word of a sentence; names and addresses stay as they are."""
    return text.capitalize() if text == THE_OPERATOR else text
