"""Pushes what changed, runs its suites side by side, and gathers what came of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiops.cli.ci.changes import Change, Changes
from aiops.cli.ci.report import Judged
from aiops.cli.evals.asking import Asking, Failed
from aiops.cli.evals.exits import NOT_MEASURED
from aiops.cli.evals.run import let_gateways_follow, start
from aiops.cli.evals.tallies import Case, count
from aiops.cli.evals.verdicts import sentences_of, verdict_of
from aiops.cli.evals.watching import cancel, watch
from aiops.cli.prompts.pushing import push_prompts, push_suite

type Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Started:
    change: Change
    suite: str
    run: Run


@dataclass(frozen=True, slots=True)
class Judge:
    """`of_base`, `of_head`: commit, author and message. Everything here raises Failed."""

    console: Asking
    changes: Changes
    of_base: Mapping[str, str]
    of_head: Mapping[str, str]
    at_once: int
    timeout: float

    def push(self) -> Mapping[str, str]:
        """As candidates: what is there is judged as before until the branch is merged and pushed. Suites' versions.

        Base before head, so that the console numbers them in this order.
        """
        heads = [change.head for change in self.changes.prompts]
        bases = [change.base for change in self.changes.prompts if change.base is not None]
        pushed = push_prompts(self.console, bases, self.of_base, candidate=True) if bases else []
        pushed += push_prompts(self.console, heads, self.of_head, candidate=True)
        suites = [push_suite(self.console, suite, candidate=True) for _, suite in sorted(self.changes.suites.items())]
        if any(each["created"] for each in [*pushed, *suites]):
            let_gateways_follow()
        return {suite["name"]: suite["version"] for suite in suites}

    def run(self, suites: Mapping[str, str]) -> list[Judged]:
        """All at once; each in turn would take as long as all together. `suites`: the version of each to ask."""
        started: list[Started] = []
        try:
            for change in self.changes.prompts:
                for suite in change.suites:
                    started.append(Started(change, suite, self._start(change, suite, suites.get(suite))))
        except BaseException:
            cancel(self.console, [each.run for each in started])
            raise
        ended = watch(self.console, [each.run for each in started], timeout=self.timeout)
        judged = [self._judged(each, run) for each, run in zip(started, ended, strict=True)]
        return [*judged, *self._unjudged()]

    def served(self, environment: str) -> Iterator[str]:
        """Where this verdict is not the one that a release there asks for."""
        live = {prompt["name"]: prompt["live"] for prompt in self.console.pages("prompts/", limit=1000)}
        for change in self.changes.prompts:
            version = live.get(change.name, {}).get(environment)
            if change.base is not None and version not in (None, change.base.bundle.hash, change.head.bundle.hash):
                told = f"{environment} serves {change.name} {version[:10]}, not the base of this change"
                yield f"{told}: a release there needs a verdict against that version."

    def _start(self, change: Change, suite: str, version: str | None) -> Run:
        order = {
            "suite": suite,
            "suite_version": version,
            "prompt": change.name,
            "head": change.head.bundle.hash,
            "base": change.base.bundle.hash if change.base else None,
            "at_once": self.at_once,
            "commit": self.of_head["commit"],
        }
        return start(self.console, order)

    def _judged(self, started: Started, run: Run) -> Judged:
        cases, missing = self._cases(run)
        return Judged(
            prompt=started.change.name,
            suite=started.suite,
            why=started.change.why,
            verdict=verdict_of(run),
            sentences=(*sentences_of(run), *missing),
            run=run,
            cases=cases,
        )

    def _cases(self, run: Run) -> tuple[tuple[Case, ...], tuple[str, ...]]:
        """And why there are none: the verdict stands without them."""
        try:
            return tuple(count(self.console.pages(f"runs/{run['id']}/results/", limit=1000))), ()
        except Failed as fault:
            return (), (f"Its cases could not be read: {fault.detail}",)

    def _unjudged(self) -> Iterator[Judged]:
        for change in self.changes.prompts:
            if not change.suites:
                told = ("No suite judges this prompt: name one in its file.",)
                yield Judged(change.name, "", change.why, NOT_MEASURED, told)
