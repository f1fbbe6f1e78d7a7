"""Which prompts people tried out, gave to one tenant, planned and gave up, told as the rest of the story. Made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiops.demo.story import FEWER_PASSAGES, HANDBOOK, SHORTER_TITLES, SUPPORT, Played, PlayedChange, PlayedCommit

# The repository and its folder that the prompts come from.
SOURCE: Final = "larkfield-desk:prompts"
# Customers' own data centres read their prompts from the console; nobody calls the gateway from there.
ON_PREMISES: Final = "on-premises"


@dataclass(frozen=True, slots=True)
class PlayedTrial(Played):
    """A share of people gets it: asked for by whoever pushed it, and approved by a second person."""

    change: PlayedChange
    percent: int
    note: str
    why: str


@dataclass(frozen=True, slots=True)
class PlayedEnd(Played):
    """Of a trial."""

    trial: PlayedTrial
    why: str


@dataclass(frozen=True, slots=True)
class PlayedOwn(Played):
    """A tenant's own version of a prompt."""

    tenant: str
    prompt: str
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class PlayedPlan(Played):
    """Of a release to everybody; `on_monday`: approved, and made then. Else a second person is waited for."""

    change: PlayedChange
    environment: str
    note: str
    why: str
    on_monday: bool = False

    def due_at(self, until: datetime) -> datetime | None:
        return _monday_after(until + _AHEAD) if self.on_monday else None


@dataclass(frozen=True, slots=True)
class PlayedPrompt(PlayedCommit):
    """One that a commit took out of the repository: what it said, and which parts of another prompt it included."""

    name: str
    description: str
    like: str
    parts: tuple[str, ...]

    def texts(self, parts: Mapping[str, str]) -> Mapping[str, str]:
        return {path: parts[path] for path in self.parts}


# Whoever looks at the demo finds it waiting for some days.
_AHEAD: Final = timedelta(days=3)
PROTECTED: Final = Played(286.0)
GIVEN_UP: Final = PlayedPrompt(
    240.0,
    "71e3a0d95c",
    "Questions about returns are support-answer's now",
    name="returns-answer",
    description="Answers what customers ask about sending things back.",
    like=SUPPORT,
    parts=("parts/persona.md", "parts/sources.md", "parts/citing.md", "parts/refunds.md"),
)
OWN: Final = PlayedOwn(
    150.0, "ostra", HANDBOOK, 1, "Their passages are long, and what a question may cost is agreed: six stay six."
)
# Of the people who get every passage; those in it stay in it when the share grows.
FIRST_TRY: Final = PlayedTrial(
    120.0,
    FEWER_PASSAGES,
    10,
    note="Every passage doubled the bill. Eight hold the answer nearly always.",
    why="The suite has short passages; only real ones show what eight of them cost.",
)
MORE_PEOPLE: Final = PlayedTrial(
    96.0,
    FEWER_PASSAGES,
    40,
    note="A day with a tenth of the people: as many answers as before.",
    why="Nobody was refused more often; with more people the cost can be told apart.",
)
ONE_SENTENCE: Final = PlayedTrial(
    70.0,
    PlayedChange(
        70.5,
        "3ad9c0784e",
        "Answer in one sentence",
        prompt=SUPPORT,
        part="parts/tone.md",
        text="Write one sentence, plain and calm: no filler, no flattery, no markup.\n"
        "Where a question stays open, give the hours in which a person can be reached by phone.\n",
    ),
    40,
    note="Customers on phones scroll past the second sentence.",
    why="The suite asks what is right, not how long it is; people will tell.",
)
# In its two days, beside the usual ones, so that there is enough to compare also after a weekend.
MORE_CALLS: Final = 80
TRIALS: Final = (FIRST_TRY, MORE_PEOPLE, ONE_SENTENCE)
ENDED: Final = PlayedEnd(20.0, ONE_SENTENCE, "Shorter it is, but the desk is asked for the second sentence.")
PLANS: Final = (
    PlayedPlan(
        0.15,
        SHORTER_TITLES,
        ON_PREMISES,
        note="Agents' screens there cut titles off.",
        why="The suite is being asked and answers in a minute: see its verdict before you approve.",
    ),
    PlayedPlan(
        0.1,
        FEWER_PASSAGES,
        "production",
        note="Before the offices open, with the whole day to watch it.",
        why="The canary has gone well for days; the suite is being asked.",
        on_monday=True,
    ),
)


def _monday_after(moment: datetime) -> datetime:
    """The first Monday from then on, at seven UTC."""
    seven = moment.replace(hour=7, minute=0, second=0, microsecond=0)
    return seven + timedelta(days=(7 - seven.weekday()) % 7 + (7 if not seven.weekday() and seven < moment else 0))
