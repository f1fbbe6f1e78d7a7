"""What somebody typed into a chain's form: moved about by buttons, kept as it is while anything is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from django.http import QueryDict

from gateway.chain_limits import MOST_MEMBERS, remarks_on
from gateway.models import Chain, ChainMember
from gateway.models.chain import TRIGGERS
from gateway.routing.triggers import Trigger
from gateway.services import State
from gateway.views.words import TRIGGERS as TOLD

_TIMEOUT: Final = (1, 3600)
_ATTEMPTS: Final = (1, 5)
_PERCENT: Final = (0, 100)
_DEADLINE: Final = (1, 3600)
_HOPS: Final = (1, Chain.MAX_HOPS)


@dataclass(slots=True)
class Number:
    """A field as it was typed, and what is wrong with it."""

    text: str
    least: int
    most: int
    problem: str = ""

    @property
    def value(self) -> int:
        """What cannot be read is 0, and has a problem."""
        if not self.is_right:
            self.problem = f"Enter a whole number from {self.least:,} to {self.most:,}."
        return self._read() or 0

    @property
    def is_right(self) -> bool:
        number = self._read()
        return number is not None and self.least <= number <= self.most

    def _read(self) -> int | None:
        text = self.text.strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


@dataclass(slots=True)
class Row:
    model: str
    timeout: Number
    attempts: Number
    first: Number

    @classmethod
    def of(cls, model: str, timeout: Any, attempts: Any, first: Any) -> Self:
        return cls(
            model, Number(str(timeout), *_TIMEOUT), Number(str(attempts), *_ATTEMPTS), Number(str(first), *_PERCENT)
        )

    @property
    def numbers(self) -> tuple[Number, ...]:
        return self.timeout, self.attempts, self.first

    def as_state(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "timeout_seconds": self.timeout.value,
            "attempts": self.attempts.value,
            "first_percent": self.first.value,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """A trigger as the form shows it."""

    name: str
    label: str
    hint: str
    is_chosen: bool


@dataclass(slots=True)
class Draft:
    rows: list[Row]
    deadline: Number
    hops: Number
    triggers: frozenset[str]
    # Of the whole list of models, or of what no field stands for.
    problems: list[str] = field(default_factory=list)
    # What has the focus after a button that arranged: up, down or out of a model, or its row; or add.
    focus: str = ""
    focused: str = ""

    @classmethod
    def of_state(cls, state: State) -> Self:
        rows = [
            Row.of(each["model"], each["timeout_seconds"], each["attempts"], each["first_percent"])
            for each in state.get("members", ())
        ]
        deadline = Number(str(state.get("deadline_seconds", Chain.DEADLINE_SECONDS)), *_DEADLINE)
        hops = Number(str(state.get("max_hops", Chain.MAX_HOPS)), *_HOPS)
        return cls(rows, deadline, hops, frozenset(state.get("triggers", TRIGGERS)))

    @classmethod
    def of_post(cls, sent: QueryDict) -> Self:
        lists = (sent.getlist(name) for name in ("model", "timeout", "attempts", "first"))
        # One that came without its fields is none.
        rows = [Row.of(*each) for each in zip(*lists, strict=False)][: MOST_MEMBERS + 1]
        deadline, hops = Number(sent.get("deadline", ""), *_DEADLINE), Number(sent.get("hops", ""), *_HOPS)
        return cls(rows, deadline, hops, frozenset(sent.getlist("trigger")) & frozenset(TRIGGERS))

    @property
    def choices(self) -> list[Choice]:
        return [Choice(str(each), *TOLD[each], str(each) in self.triggers) for each in Trigger]

    @property
    def models(self) -> Sequence[str]:
        return [row.model for row in self.rows]

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST_MEMBERS

    @property
    def has_problems(self) -> bool:
        return bool(self.problems) or any(number.problem for number in self._numbers())

    @property
    def remarks(self) -> list[str]:
        """What may be saved so, and may not be meant."""
        if not all(number.is_right for number in self._numbers()):
            return []
        return remarks_on([(row.model, row.timeout.value) for row in self.rows], self.deadline.value)

    @property
    def first_wrong(self) -> str:
        """The id of what is wrong, in the order of the form."""
        if self.problems:
            return "models-problem"
        places = [
            (f"{name}-{place}", number)
            for place, row in enumerate(self.rows, 1)
            for name, number in zip(("timeout", "attempts", "first"), row.numbers, strict=True)
        ]
        wrong = (name for name, number in (*places, ("deadline", self.deadline), ("hops", self.hops)) if number.problem)
        return next(wrong, "editor")

    def arrange(self, sent: Mapping[str, str]) -> bool:
        """By the button that was pressed; False: it was the one that saves."""
        for name, step in (("up", -1), ("down", 1)):
            if name in sent:
                self._move(_place(sent[name]), step)
                return True
        if "remove" in sent:
            place = _place(sent["remove"])
            self.rows = [row for index, row in enumerate(self.rows) if index != place]
            self._focus("out", place)
            return True
        if "add" in sent:
            is_there = self._add(sent.get("added", ""))
            self._focus("row" if is_there else "add", len(self.rows))
            return True
        return False

    def as_state(self) -> State:
        """As it would stand; what is wrong with it is said by `has_problems` from then on."""
        state = {
            "deadline_seconds": self.deadline.value,
            "triggers": [name for name in TRIGGERS if name in self.triggers],
            "max_hops": self.hops.value,
            "members": [row.as_state() for row in self.rows],
        }
        if not self.rows:
            self.problems.append("A chain needs at least one model.")
        together = sum(row.first.value for row in self.rows)
        if together > 100 and all(not row.first.problem for row in self.rows):
            self.problems.append(f"“Asked first” is {together}% together; there are only 100% of calls.")
        return state

    def focus_without_add(self) -> None:
        """Where no other model is left to add, its button is not there."""
        if self.focus == "add" and self.rows:
            self._focus("out", len(self.rows))

    def _numbers(self) -> list[Number]:
        return [self.deadline, self.hops, *(number for row in self.rows for number in row.numbers)]

    def _move(self, place: int, step: int) -> None:
        other = place + step
        if 0 <= place < len(self.rows) and 0 <= other < len(self.rows):
            self.rows[place], self.rows[other] = self.rows[other], self.rows[place]
            # Where it can go no further, its button is dead.
            ends = {0: "down", len(self.rows) - 1: "up"}
            self._focus(ends.get(other, "up" if step < 0 else "down"), other)

    def _focus(self, button: str, place: int) -> None:
        """At the last of them when there is none in that place."""
        if button == "add" or not self.rows:
            self.focus = "add"
        else:
            self.focus, self.focused = button, self.rows[min(max(place, 0), len(self.rows) - 1)].model

    def _add(self, model: str) -> bool:
        if not model:
            self.problems.append("Choose a model to add.")
        elif model in self.models:
            self.problems.append(f"{model} is there already; to ask it again, raise its attempts.")
        elif not self.is_full:
            self.rows.append(Row.of(model, ChainMember.TIMEOUT_SECONDS, 1, 0))
            return True
        return False


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
