"""What a branch does to the cases that judge it. A missing case is not a passing case. Asks nobody."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from aiops.cli.plain import plain
from aiops.cli.printing import counted
from aiops.cli.prompts.remarks import asks

if TYPE_CHECKING:
    from evals.suites.model import Case, Suite

_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class CaseChanges:
    """Of one suite, from base to head: cases by their keys.

    `edited_must_pass`: how many of the edited, which are then the first. `weakened`: must-pass cases that guard less
    now, each with how. `gate`: what of it was set otherwise.
    `released`: prompts that it judged and no longer judges.
    """

    suite: str
    before: int
    after: int
    removed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    edited_must_pass: int = 0
    new: tuple[str, ...] = ()
    without_assertion: tuple[str, ...] = ()
    weakened: Mapping[str, str] = field(default_factory=dict)
    gate: tuple[str, ...] = ()
    released: tuple[str, ...] = ()

    def sentences(self) -> Iterator[str]:
        if self.weakened:
            named = [f"{case} ({how})" for case, how in self.weakened.items()]
            yield self._told(f"{counted(len(named), 'must-pass case')} removed or weakened", named)
        if self.removed:
            told = self._told(f"{len(self.removed):,} of {counted(self.before, 'case')} removed", self.removed)
            yield f"{told} A missing case is not a passing case."
        if self.edited:
            careful = f" ({self.edited_must_pass:,} must-pass)" if self.edited_must_pass else ""
            yield self._told(f"{counted(len(self.edited), 'case')} edited{careful}", self.edited)
        if self.new:
            yield self._told(f"{counted(len(self.new), 'new case')}", self.new)
        if self.without_assertion:
            told = f"{counted(len(self.without_assertion), 'new or edited case')} without an assertion that counts"
            yield self._told(told, self.without_assertion)
        if self.gate:
            yield self._told("its gate is set otherwise", self.gate)
        if self.released:
            yield self._told("it no longer judges", self.released)

    def as_json(self) -> dict[str, Any]:
        return {
            "suite": self.suite,
            "cases_before": self.before,
            "cases": self.after,
            "removed": list(self.removed),
            "edited": list(self.edited),
            "edited_must_pass": self.edited_must_pass,
            "new": list(self.new),
            "without_assertion": list(self.without_assertion),
            "weakened": [{"case": case, "how": how} for case, how in self.weakened.items()],
            "gate": list(self.gate),
            "no_longer_judges": list(self.released),
        }

    def _told(self, what: str, named: Collection[str]) -> str:
        more = f" and {len(named) - _MOST_NAMED:,} more" if len(named) > _MOST_NAMED else ""
        return f"suite {self.suite}: {what}: {', '.join(list(named)[:_MOST_NAMED])}{more}."


def compare(
    name: str, base: "Suite | None", head: "Suite | None", *, released: Collection[str], guards: bool
) -> CaseChanges | None:
    """None when nothing changed. `guards`: whether a prompt that it judged is still there."""
    before, after = _cases(base), _cases(head)
    both = [key for key in before if key in after]
    edited = [key for key in both if _plain(before[key]) != _plain(after[key])]
    edited.sort(key=lambda key: not before[key].must_pass)
    new = [key for key in after if key not in before]
    found = CaseChanges(
        suite=plain(name),
        before=len(before),
        after=len(after),
        removed=_named(key for key in before if key not in after),
        edited=_named(edited),
        edited_must_pass=sum(before[key].must_pass for key in edited),
        new=_named(new),
        without_assertion=_named(key for key in (*new, *edited) if not asks(after[key])),
        weakened=dict(_weakened(before, after, is_released=bool(released))) if guards else {},
        gate=tuple(_gate(base, head)),
        released=_named(released),
    )
    return found if any([found.removed, found.edited, found.new, found.gate, found.released]) else None


def _weakened(
    before: "Mapping[str, Case]", after: "Mapping[str, Case]", *, is_released: bool
) -> Iterator[tuple[str, str]]:
    for key, case in before.items():
        how = _how(case, after.get(key)) or ("no longer asked of a prompt" if is_released else "")
        if case.must_pass and how:
            yield plain(key), how


def _how(before: "Case", after: "Case | None") -> str:
    if after is None:
        return "removed"
    if not after.must_pass:
        return "no longer must-pass"
    return "no assertion left" if asks(before) and not asks(after) else ""


def _gate(base: "Suite | None", head: "Suite | None") -> Iterator[str]:
    if base is None or head is None:
        return
    for each in fields(base.gate):
        before, after = getattr(base.gate, each.name), getattr(head.gate, each.name)
        if before != after:
            yield plain(f"{each.name} {_set(after)}, was {_set(before)}")


def _set(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(value) or "none"
    return "none" if value is None else f"{value:g}"


def _cases(suite: "Suite | None") -> "dict[str, Case]":
    return {case.key: case for case in suite.cases} if suite else {}


def _plain(case: "Case") -> Any:
    from evals.suites import canonical  # noqa: PLC0415 - with the readers, which only this command needs

    return canonical.plain(case)


def _named(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(plain(key) for key in keys)
