"""What evals say of versions: the last verdict of each suite."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from evals.models import Run
from evals.pills import Pill, pill_of


@dataclass(frozen=True, slots=True)
class Judged:
    run: Run

    @property
    def suite(self) -> str:
        return str(self.run.suite.suite)

    @property
    def pill(self) -> Pill:
        return pill_of(self.run)

    @property
    def pass_rate(self) -> float | None:
        """Of the answers that could be measured."""
        return self._rate("head")

    @property
    def is_over_a_limit(self) -> bool:
        """No case speaks against it: what it costs, or how long it takes, does."""
        before, rate = self._rate("base"), self.pass_rate
        if self.run.verdict != Run.Verdict.BLOCKED or self.run.report.get("gate", {}).get("must_pass"):
            return False
        return before is not None and rate is not None and rate >= before

    def _rate(self, arm: str) -> float | None:
        rate = self.run.report.get("arms", {}).get(arm, {}).get("pass_rate")
        return None if rate is None else float(rate)


def judged(versions: Collection[UUID]) -> Mapping[UUID | None, list[Judged]]:
    """By version: of each suite the newest run that has a verdict on it."""
    rows = Run.objects.finished().filter(head__in=versions).exclude(kind=Run.Kind.CANARY).exclude(verdict="")
    newest = rows.order_by("head", "suite__suite", "-id").distinct("head", "suite__suite")
    found: dict[UUID | None, list[Judged]] = defaultdict(list)
    for run in newest.select_related("suite__suite", "base").defer("suite__content", "base__content"):
        found[run.head_id].append(Judged(run))
    return found


def newest_of(several: Collection[Judged]) -> Judged | None:
    return max(several, key=lambda each: each.run.pk, default=None)
