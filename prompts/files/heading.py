"""What a prompt file says besides its bundle: it changes no answer, so it is in no version."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from prompts.bundle import Fault
from prompts.bundle.values import fields, kind

FIELDS: Final = ("name", "feature", "description", "suites", "budget")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LONGEST_DESCRIPTION: Final = 500
BUDGETS: Final = ("system_tokens", "message_tokens", "part_tokens", "total_tokens")
LARGEST_BUDGET: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens, about, that may not be exceeded: by system and developer messages together, by any one message, by any
    one part, by everything. A message counts with its parts. None: no bound."""

    system_tokens: int | None = None
    message_tokens: int | None = None
    part_tokens: int | None = None
    total_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    name: str
    # Empty: none.
    feature: str
    description: str
    suites: tuple[str, ...]
    budget: Budget


def read_heading(data: Mapping[str, Any], faults: list[Fault]) -> Heading:
    return Heading(
        name=_name("name", data.get("name"), NAME, faults) if data.get("name") is not None else _missing(faults),
        feature=_name("feature", data["feature"], SLUG, faults) if data.get("feature") is not None else "",
        description=_description(data.get("description"), faults),
        suites=_suites(data.get("suites"), faults),
        budget=_budget(data.get("budget"), faults),
    )


def _missing(faults: list[Fault]) -> str:
    faults.append(Fault(("name",), "it is missing: a prompt has a name, such as support-answer."))
    return ""


def _name(field: str, value: Any, pattern: re.Pattern[str], faults: list[Fault]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        detail = f"it is {kind(value)}; it must be lower-case letters, digits and -, such as support-answer."
        faults.append(Fault((field,), detail))
    return str(value)[:100]


def _description(value: Any, faults: list[Fault]) -> str:
    if value is not None and (not isinstance(value, str) or len(value) > LONGEST_DESCRIPTION or "\0" in value):
        faults.append(Fault(("description",), f"it must be text of at most {LONGEST_DESCRIPTION} characters."))
        return ""
    return (value or "").strip()


def _suites(value: Any, faults: list[Fault]) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) and NAME.fullmatch(each) for each in value):
        faults.append(Fault(("suites",), "it must be a list of names of suites, such as [support-answer]."))
        return ()
    return tuple(dict.fromkeys(value))


def _budget(value: Any, faults: list[Fault]) -> Budget:
    found = fields(value, ("budget",), BUDGETS, faults)
    for name, tokens in found.items():
        if type(tokens) is not int or not 1 <= tokens <= LARGEST_BUDGET:
            detail = f"it is {kind(tokens)}; it must be a whole number from 1 to {LARGEST_BUDGET:,}."
            faults.append(Fault(("budget", name), detail))
    return Budget(**found)
