"""A suite's cases as the pages tell them. Read without the checks of `stored`: they were made when it was pushed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self
from uuid import UUID

from aiops.lib.showing import short, visible
from evals import wording
from evals.models import SuiteVersion
from evals.showing import plain
from evals.suites.model import JUDGE, Gate

_LONGEST_TITLE: Final = 120
# Longer than this, a variable is folded.
_LONG: Final = 400
# What the people or programs that call it mostly name the one variable that a person wrote.
_ASKED: Final = ("question", "input", "query", "message", "email", "text", "prompt")


@dataclass(frozen=True, slots=True)
class Entry:
    """One of a list, such as a source: what it is called, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`entries`: of a list, each told apart; then `text` is empty."""

    name: str
    text: str
    entries: Sequence[Entry] = ()

    @classmethod
    def of(cls, name: str, value: Any) -> Self:
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            return cls(visible(name), "", [_entry(each) for each in value])
        return cls(visible(name), visible(plain(value)))

    @property
    def is_long(self) -> bool:
        return bool(self.entries) or len(self.text) > _LONG

    @property
    def start(self) -> str:
        if self.entries:
            return short(f"{len(self.entries):,}: {', '.join(each.name for each in self.entries)}", 140)
        return short(self.text, 140)


def _entry(fields: Mapping[str, Any]) -> Entry:
    """By its id and title, if it has them; what else it holds stays JSON."""
    known = [str(fields[name]) for name in ("id", "title") if fields.get(name)]
    if not known or not isinstance(fields.get("text"), str):
        return Entry(short(plain(fields), 40), visible(plain(fields)))
    left = {name: value for name, value in fields.items() if name not in ("id", "title", "text")}
    return Entry(short(" · ".join(known), 60), visible("\n".join([fields["text"], *([plain(left)] if left else [])])))


@dataclass(frozen=True, slots=True)
class CaseText:
    """One case of the suite's canonical JSON, which leaves out what has its default."""

    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        return str(self.data["key"])

    @property
    def title(self) -> str:
        """Its description, else what is asked, else its key."""
        said = self.data.get("description") or self._asked
        return short(said, _LONGEST_TITLE) or short(self.key, _LONGEST_TITLE)

    @property
    def must_pass(self) -> bool:
        return bool(self.data.get("must_pass"))

    @property
    def tags(self) -> list[str]:
        return list(self.data.get("tags", ()))

    @property
    def checks(self) -> list[Mapping[str, Any]]:
        return list(wording.every(self.data.get("checks", ())))

    @property
    def variables(self) -> list[Variable]:
        """Those that a person reads at once come first."""
        found = [Variable.of(name, value) for name, value in self._vars.items()]
        return sorted(found, key=lambda each: each.is_long)

    @property
    def _vars(self) -> Mapping[str, Any]:
        return self.data.get("vars") or {}

    @property
    def _asked(self) -> str:
        texts = {name: value for name, value in self._vars.items() if isinstance(value, str)}
        named = next((texts[name] for name in _ASKED if name in texts), None)
        return named if named is not None else next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class SuiteText:
    cases: Mapping[str, CaseText]
    margin: float
    # Empty when nothing is judged by a model.
    judge: str = ""


# A content that was pushed never changes. Of a thousand cases it is megabytes, and every step through them needs it.
@lru_cache(maxsize=8)
def suite_text(version: UUID) -> SuiteText:
    data = json.loads(SuiteVersion.objects.values_list("content", flat=True).get(pk=version))
    cases = {case["key"]: CaseText(case) for case in data["cases"]}
    is_judged = any(wording.sort(check) == "Judge" for case in cases.values() for check in case.checks)
    judge = str(data.get("judge", JUDGE)) if is_judged else ""
    return SuiteText(cases, float(data.get("gate", {}).get("margin", Gate().margin)), judge)
