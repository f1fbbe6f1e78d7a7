"""What a check found: a state, the sentence that says why, how old it is, and where it can be looked up."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from aiops.lib import figures
from readiness.items import Item


class State(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    # It was met, and the evidence is too old to say that it still is.
    STALE = "stale"
    # Let go for a time, with a reason, by two people.
    WAIVED = "waived"
    # Agreed by a second person.
    NOT_APPLICABLE = "not_applicable"
    # There is no data: neither a pass nor a failure.
    NOT_MEASURED = "not_measured"

    @property
    def word(self) -> str:
        return _WORDS[self]

    @property
    def counts(self) -> bool:
        """Towards the bar."""
        return self in COUNTED


COUNTED: Final = frozenset({State.MET, State.NOT_APPLICABLE})
_WORDS: Final = {
    State.MET: "Met",
    State.NOT_MET: "Not met",
    State.STALE: "Stale",
    State.WAIVED: "Waived",
    State.NOT_APPLICABLE: "Not applicable",
    State.NOT_MEASURED: "Not measured",
}


class Proof(NamedTuple):
    """A page that shows the rows behind a sentence."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    state: State
    sentence: str
    # Of the newest row that it rests on.
    as_of: datetime | None = None
    proofs: tuple[Proof, ...] = ()
    # The last day on which it holds, of what people gave their word for.
    expires_on: date | None = None


def met(sentence: str, *proofs: Proof, as_of: datetime | None = None) -> Evidence:
    return Evidence(State.MET, sentence, as_of, proofs)


def not_met(sentence: str, *proofs: Proof, as_of: datetime | None = None) -> Evidence:
    return Evidence(State.NOT_MET, sentence, as_of, proofs)


def not_measured(sentence: str, *proofs: Proof, as_of: datetime | None = None) -> Evidence:
    return Evidence(State.NOT_MEASURED, sentence, as_of, proofs)


def aged(evidence: Evidence, item: Item, *, at: datetime) -> Evidence:
    """What was met too long ago is stale."""
    if evidence.state is not State.MET or evidence.expires_on or item.fresh is None or evidence.as_of is None:
        return evidence
    age = at - evidence.as_of
    if age <= item.fresh:
        return evidence
    told = f"{evidence.sentence} That was {figures.span(age)} ago; it counts for {figures.span(item.fresh)}."
    return replace(evidence, state=State.STALE, sentence=told)
