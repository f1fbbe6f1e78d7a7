"""The scores of a chain's members, suite by suite, as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.models import Run
from evals.parity import ChainParity, Judging, Score
from evals.views.finding import progress
from gateway.models import ChainMember
from gateway.standing.words import Word
from gateway.views.words import PARITY


@dataclass(frozen=True, slots=True)
class Scored:
    """`running`: the run that asks it just now, and how far it is."""

    member: ChainMember
    score: Score
    running: Run | None = None
    done: int = 0
    planned: int = 0

    @property
    def word(self) -> Word:
        return PARITY[self.score.standing]

    @property
    def run(self) -> Run | None:
        return self.score.answered.run if self.score.answered else None


@dataclass(frozen=True, slots=True)
class SuiteScores:
    judging: Judging
    rows: Sequence[Scored]

    @property
    def margin(self) -> str:
        return f"{self.judging.rules.margin:g}"

    @property
    def is_running(self) -> bool:
        return any(row.running for row in self.rows)


def suites_of(parity: ChainParity) -> list[SuiteScores]:
    running = {(run.suite_id, run.model): run for run in _running(parity)}
    counted = progress(*running.values())

    def scored(judging: Judging, place: int) -> Scored:
        of_it = parity.members[place]
        score = next(each for each in of_it.scores if each.judging is judging)
        run = running.get((judging.content.pk, of_it.member.model.slug))
        so_far = counted[run.pk] if run else {"done": 0, "planned": 0}
        return Scored(of_it.member, score, run, **so_far)

    return [
        SuiteScores(judging, [scored(judging, place) for place in range(len(parity.members))])
        for judging in parity.judged_by
    ]


def _running(parity: ChainParity) -> list[Run]:
    contents = [judging.content.pk for judging in parity.judged_by]
    versions = [judging.version.pk for judging in parity.judged_by]
    return list(Run.objects.running().filter(kind=Run.Kind.MODEL, suite__in=contents, head__in=versions))
