"""Pushes what changed, runs its suites side by side, and gathers what came of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiops.cli.ci.changes import Change, Changes
from aiops.cli.ci.report import Judged
from aiops.cli.ci.serving import live_on, still_served
from aiops.cli.evals.asking import Asking, Failed
from aiops.cli.evals.exits import NOT_MEASURED, USAGE
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
    # Its id.
    run: str


@dataclass(frozen=True, slots=True)
class Judge:
    """`of_base`, `of_head`: commit, author and message. Everything here raises Failed."""

    console: Asking
    changes: Changes
    of_base: Mapping[str, str]
    of_head: Mapping[str, str]
    at_once: int
    timeout: float
    # What was started, in this order, and each run as it was seen last.
    started: list[Started] = field(default_factory=list)
    runs: dict[str, Run] = field(default_factory=dict)

    def check(self) -> None:
        """That there is every suite that prompts name: before any run is started, and with the place to mend."""
        named = {name: change.head for change in self.changes.prompts for name in change.suites}
        elsewhere = sorted(set(named) - set(self.changes.suites))
        known = {suite["name"] for suite in self.console.pages("suites/", limit=1000)} if elsewhere else set()
        where = "neither in the files nor on the console"
        missing = [(named[name].path, name) for name in elsewhere if name not in known]
        told = [f"{path}: suites: there is no suite {name!r}, {where}." for path, name in missing]
        if told:
            raise Failed("\n".join(told), USAGE)

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
        try:
            for change in self.changes.prompts:
                for suite in change.suites:
                    run = self._start(change, suite, suites.get(suite))
                    self.runs[run["id"]] = run
                    self.started.append(Started(change, suite, run["id"]))
        except BaseException:
            cancel(self.console, self.runs)
            raise
        watch(self.console, self.runs, timeout=self.timeout)
        return [*(self._judged(each) for each in self.started), *self._unjudged()]

    def broken_off(self) -> list[Judged]:
        """What was started, as it was seen last; asks nobody."""
        return [self._told(each) for each in self.started]

    def served(self, environment: str) -> Iterator[str]:
        """Where this verdict is not the one that a release there asks for; and what is removed, yet served."""
        live = live_on(self.console)
        for change in self.changes.prompts:
            version = live.get(change.name, {}).get(environment)
            if change.base is not None and version not in (None, change.base.bundle.hash, change.head.bundle.hash):
                told = f"{environment} serves {change.name} {version[:10]}, not the base of this change"
                yield f"{told}: a release there needs a verdict against that version."
        yield from still_served(self.changes.removed, live, environment)

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

    def _judged(self, started: Started) -> Judged:
        cases, missing = self._cases(self.runs[started.run])
        told = self._told(started)
        return replace(told, sentences=(*told.sentences, *missing), cases=cases)

    def _told(self, started: Started) -> Judged:
        run, change = self.runs[started.run], started.change
        return Judged(change.name, started.suite, change.why, verdict_of(run), tuple(sentences_of(run)), run)

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
