"""What came of it, whichever file it is written to. Every text in it is harmless to a terminal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from aiops.cli.evals import exits
from aiops.cli.evals.tallies import Case
from aiops.cli.printing import counted

_REASONS: Final = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """One suite of one prompt. `run` as the console tells it; empty when there was nothing to run.

    `base`: whether there was one to compare with.
    """

    prompt: str
    suite: str
    why: str
    verdict: str
    sentences: tuple[str, ...]
    run: Mapping[str, Any] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()

    @property
    def url(self) -> str:
        return str(self.run.get("url", ""))

    @property
    def versions(self) -> str:
        if not self.run:
            return ""
        against = f" against {self.run['base_label']}" if self.run["base_label"] else ", alone"
        return f"{self.run['head_label']}{against}"

    @property
    def gate(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.run.get("report", {}).get("gate", {})
        return found

    @property
    def worse(self) -> list[Case]:
        """Cases that head passes less often than base, the worst first."""
        return sorted((case for case in self.cases if case.drop > 0), key=lambda case: -case.drop)

    @property
    def lost(self) -> list[tuple[str, int]]:
        """Why answers could not be measured, and how many: the most frequent first."""
        arms = (arm for case in self.cases for arm in case.arms.values())
        return sum((arm.lost for arm in arms), Counter[str]()).most_common(_REASONS)


@dataclass(frozen=True, slots=True)
class Report:
    """`problems`: why something, or everything, could not be judged. `code`: with which the command ends."""

    reference: str
    environment: str
    base_commit: str = ""
    head_commit: str = ""
    judged: tuple[Judged, ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    code: int = exits.PASS

    @property
    def verdict(self) -> str:
        failed = [exits.NOT_MEASURED] if self.problems else []
        return exits.gravest([*failed, *(each.verdict for each in self.judged)])

    @property
    def is_empty(self) -> bool:
        return not self.judged and not self.problems

    @property
    def headline(self) -> str:
        if self.problems:
            return "Could not measure."
        if self.is_empty:
            return f"No prompt and no suite changed since {self.reference}."
        return f"{_SAID[self.verdict]} {self._counts()}"

    def _counts(self) -> str:
        prompts = len({each.prompt for each in self.judged})
        runs = len(self.judged)
        return f"{counted(prompts, 'prompt')}, {counted(runs, 'suite')}."

    def with_problem(self, problem: str, code: int) -> "Report":
        return replace(self, problems=(*self.problems, *problem.split("\n")), code=code)

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "exit_code": self.code,
            "base": self.reference,
            "base_commit": self.base_commit,
            "head_commit": self.head_commit,
            "environment": self.environment,
            "runs": [_run(each) for each in self.judged],
            "removed": list(self.removed),
            "notes": list(self.notes),
            "problems": list(self.problems),
        }


_SAID = {
    "pass": "Pass: no worse than before.",
    "blocked": "Blocked: worse than before.",
    "inconclusive": "Inconclusive: a person has to decide.",
    exits.NOT_MEASURED: "Could not measure.",
}
_OF_GATE = ("difference", "interval", "p", "cases", "detectable", "concurrent", "must_pass")


def _run(judged: Judged) -> dict[str, Any]:
    run = judged.run
    facts = {name: run.get(name) for name in ("base", "base_label", "head", "head_label")}
    return {
        "prompt": judged.prompt,
        "suite": judged.suite,
        "why": judged.why,
        "verdict": judged.verdict,
        "sentences": list(judged.sentences),
        "run": run.get("id"),
        "url": judged.url or None,
        **facts,
        **{name: judged.gate.get(name) for name in _OF_GATE},
        "unmeasured": [{"reason": reason, "answers": answers} for reason, answers in judged.lost],
        "worse": list(_worse(judged.worse)),
    }


def _worse(cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    for case in cases:
        arms = {name: {"passed": arm.passes, "measured": arm.runs} for name, arm in case.arms.items()}
        yield {"case": case.name, **arms, "reason": case.head.reason, "answer": case.head.output}
