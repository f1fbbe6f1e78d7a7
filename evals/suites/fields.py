"""Reading one mapping of a suite file field by field; every fault is noted, and reading goes on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from evals.suites.problems import Problem, Source

LONGEST_TEXT: Final = 100_000


@dataclass(slots=True)
class Fields:
    """What has been read is taken out of `left`; what is left at the end, nobody knows."""

    source: Source
    left: dict[str, Any]
    problems: list[Problem]

    @classmethod
    def of(cls, source: Source, data: Any, problems: list[Problem]) -> "Fields":
        """Of what is no mapping, nothing is read, and that is a problem; null is an empty one."""
        if data is not None and not isinstance(data, Mapping):
            problems.append(Problem(source, f"it must be a mapping, not {kind(data)}."))
            data = None
        return cls(source, {str(name): value for name, value in (data or {}).items()}, problems)

    def take(self, name: str) -> Any:
        return self.left.pop(name, None)

    def text(self, name: str, *, most: int = LONGEST_TEXT) -> str:
        """A number is taken by its digits: ids are often numbers."""
        value = self.take(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return self.wrong(name, f"it must be text, not {kind(value)}.", "")
        if len(str(value)) > most:
            return self.wrong(name, f"it must have at most {most:,} characters.", "")
        return str(value).strip()

    def number(self, name: str, *, least: float = -math.inf, most: float = math.inf) -> float | None:
        value = self.take(name)
        if value is None:
            return None
        found = number_of(value)
        if found is None or not least <= found <= most:
            return self.wrong(name, f"it must be a number{_between(least, most)}, not {kind(value)}.", None)
        return found

    def number_or(self, name: str, usual: float, *, least: float = -math.inf, most: float = math.inf) -> float:
        found = self.number(name, least=least, most=most)
        return usual if found is None else found

    def truth(self, name: str) -> bool | None:
        """Text too: a CSV file has nothing else."""
        value = self.take(name)
        found = truth_of(value)
        if value not in (None, "") and found is None:
            return self.wrong(name, f"it must be true or false, not {kind(value)}.", None)
        return found

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.take(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            return self.wrong(name, f"it must be a mapping, not {kind(value)}.", {})
        return {str(key): each for key, each in value.items()}

    def sequence(self, name: str) -> list[Any]:
        value = self.take(name)
        if value is None:
            return []
        return value if isinstance(value, list) else self.wrong(name, f"it must be a list, not {kind(value)}.", [])

    def names(self, name: str) -> tuple[str, ...]:
        """A list of names, or one."""
        value = self.take(name)
        named = [value] if isinstance(value, str) else [] if value is None else value
        if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
            return self.wrong(name, "it must be a list of names.", ())
        return tuple(each.strip() for each in named if each.strip())

    def wrong[T](self, name: str, detail: str, default: T) -> T:
        self.problems.append(Problem(self.source.at(name), detail))
        return default


def number_of(value: Any) -> float | None:
    """A finite number or its text; None of anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def truth_of(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
        str(value).strip().lower()
    )


def kind(value: Any) -> str:
    """Of a wrong value, in a few words."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _between(least: float, most: float) -> str:
    if math.isfinite(least) and math.isfinite(most):
        return f" from {least:g} to {most:g}"
    return f" of at least {least:g}" if math.isfinite(least) else ""
