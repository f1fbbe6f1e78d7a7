"""What came of it, whichever file it is written to. Every text in it is harmless to a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aiops.cli.ci.cases import CaseChanges
from aiops.cli.evals import exits
from aiops.cli.evals.tallies import Case, most_lost
from aiops.cli.plain import plain
from aiops.cli.printing import counted
from aiops.cli.prompts.touching import Reach


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
    def is_alone(self) -> bool:
        return not self.run.get("base_label")

    @property
    def lost(self) -> list[tuple[str, int]]:
        return most_lost(self.cases)


@dataclass(frozen=True, slots=True)
class Report:
    """`problems`: why something, or everything, could not be judged. `code`: with which the command ends.

    `reach`: what the changed files touch, whatever came of it.
    """

    reference: str
    environment: str
    base_commit: str = ""
    head_commit: str = ""
    judged: tuple[Judged, ...] = ()
    removed: tuple[str, ...] = ()
    cases: tuple[CaseChanges, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    code: int = exits.PASS
    reach: Reach = field(default_factory=Reach)

    @property
    def verdict(self) -> str:
        failed = [exits.NOT_MEASURED] if self.problems else []
        weakened = ["inconclusive"] if self.is_weakened else []
        return exits.gravest([*failed, *weakened, *(each.verdict for each in self.judged)])

    @property
    def is_weakened(self) -> bool:
        """Whether what must not break is guarded less than it was: no run can tell whether that is right."""
        return any(each.weakened for each in self.cases)

    @property
    def is_empty(self) -> bool:
        return not (self.judged or self.problems or self.removed or self.cases)

    @property
    def remarks(self) -> list[str]:
        """What the verdicts do not say; what became of cases comes first."""
        return [*(told for each in self.cases for told in each.sentences()), *self.notes]

    @property
    def headline(self) -> str:
        if self.problems:
            return "Could not measure."
        if self.is_empty:
            return f"No prompt and no suite changed since {self.reference}."
        return " ".join(self._said())

    def _said(self) -> Iterator[str]:
        if self.judged or self.is_weakened:
            yield self._verdict_said()
        if self.judged:
            prompts = len({each.prompt for each in self.judged})
            yield f"{counted(prompts, 'prompt')}, {counted(len(self.judged), 'suite')}."
        if self.removed:
            yield f"{counted(len(self.removed), 'prompt')} removed: {', '.join(self.removed)}."
        if not self.judged:
            yield "There was nothing to judge."

    def _verdict_said(self) -> str:
        decisive = [each for each in self.judged if each.verdict == self.verdict]
        if self.verdict == "inconclusive" and not decisive:
            return "Inconclusive: must-pass cases were removed or weakened, and a person has to decide."
        alone = {each.is_alone for each in decisive}
        return _SAID_ALONE.get(self.verdict, _SAID[self.verdict]) if alone == {True} else _SAID[self.verdict]

    def with_problem(self, problem: str, code: int) -> "Report":
        return replace(self, problems=(*self.problems, *problem.split("\n")), code=code)

    def with_notes(self, notes: Iterable[str]) -> "Report":
        return replace(self, notes=(*self.notes, *map(plain, notes)))

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
            "suites": [each.as_json() for each in self.cases],
            "notes": list(self.notes),
            "problems": list(self.problems),
            "impact": self.reach.as_json(),
        }


_SAID = {
    "pass": "Pass: no worse than before.",
    "blocked": "Blocked: worse than before.",
    "inconclusive": "Inconclusive: a person has to decide.",
    exits.NOT_MEASURED: "Could not measure.",
}
# Of what had nothing to be compared with.
_SAID_ALONE = {
    "pass": "Pass: good enough, judged alone.",
    "blocked": "Blocked: not good enough, judged alone.",
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
        "state": run.get("state"),
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
