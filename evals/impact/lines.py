"""One prompt of those that a change touches: where it is served, who judges it, what it is asked and costs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Q

from costs.reports import Totals, WithTraffic
from evals.impact.index import Held, Part
from evals.impact.reading import Impact
from evals.models import Run, Suite
from evals.pills import Pill, pill_of
from prompts.models import Prompt, PromptVersion

type Standing = Literal["same", "other", "without"]


@dataclass(frozen=True, slots=True)
class Place:
    """`environment` is empty of what is newest and served nowhere; `standing`: whether it has the part's text."""

    environment: str
    version: PromptVersion
    standing: Standing


@dataclass(frozen=True, slots=True)
class Judging:
    """`cases` is None of a suite that was never pushed; `run`: its last verdict on what is served, else newest."""

    suite: str
    cases: int | None
    run: Run | None

    @property
    def pill(self) -> Pill | None:
        return pill_of(self.run) if self.run else None


@dataclass(frozen=True, slots=True)
class Line(WithTraffic):
    prompt: Prompt
    places: tuple[Place, ...]
    suites: tuple[Judging, ...]
    traffic: Totals | None

    @property
    def has_other_text(self) -> bool:
        return any(place.standing == "other" for place in self.places)


def lines_of(impact: Impact, prompts: Collection[UUID], part: Part | None = None) -> list[Line]:
    """Most money first, then most calls. With a part, traffic is of the versions that carry it."""
    current = {pk: [each for each in impact.held[pk] if each.is_current] for pk in prompts}
    versions = PromptVersion.objects.defer("content").in_bulk(
        [each.version for held in current.values() for each in held]
    )
    suites = _suites([impact.prompts[pk] for pk in prompts])
    runs = _runs([held[0].version for held in current.values()])
    lines = [
        Line(
            impact.prompts[pk],
            tuple(_places(held, versions, part)),
            tuple(Judging(name, cases, runs.get((held[0].version, name))) for name, cases in suites[pk].items()),
            impact.traffic_of(pk, part),
        )
        for pk, held in current.items()
    ]
    return sorted(lines, key=lambda line: (-(line.cost or 0), -(line.calls or 0), line.prompt.name))


def _places(held: Iterable[Held], versions: Mapping[UUID, PromptVersion], part: Part | None) -> Iterable[Place]:
    for each in held:
        for environment in each.environments or ("",):
            yield Place(environment, versions[each.version], _standing(each, part))


def _standing(held: Held, part: Part | None) -> Standing:
    text = held.text_of(part.path) if part else None
    if part is None or text == part.text:
        return "same"
    return "without" if text is None else "other"


def _suites(prompts: Sequence[Prompt]) -> Mapping[UUID, dict[str, int | None]]:
    """Those that a prompt's file names, and those that name it; each with its cases."""
    named = {name for prompt in prompts for name in prompt.suites}
    rows = Suite.objects.filter(Q(prompt__in=prompts) | Q(name__in=named)).order_by("name")
    known = list(rows.values_list("name", "prompt", "current__cases"))
    cases = {name: count for name, _, count in known}
    found = {prompt.pk: {name: cases.get(name) for name in prompt.suites} for prompt in prompts}
    for name, prompt, count in known:
        if prompt in found:
            found[prompt].setdefault(name, count)
    return found


def _runs(versions: Sequence[UUID]) -> Mapping[tuple[UUID | None, str], Run]:
    rows = Run.objects.finished().filter(head__in=versions).exclude(kind=Run.Kind.CANARY).exclude(verdict="")
    newest = rows.order_by("head", "suite__suite", "-id").distinct("head", "suite__suite")
    chosen = newest.select_related("suite__suite").defer("suite__content")
    return {(run.head_id, run.suite.suite.name): run for run in chosen}
