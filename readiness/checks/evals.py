"""Items 4 to 6: enough cases, a verdict on everything that is live, and a gate that blocks."""

from collections import Counter
from typing import Final

from django.urls import reverse

from evals.models import Run
from readiness.evidence import Evidence, Proof, met, not_measured, not_met
from readiness.facts import Facts
from readiness.facts.judged import Judged, tags_of
from readiness.wording import counted
from tenants.models import Feature

LEAST_CASES: Final = 100
# A tag, or its beginning: edge, edge-case, edge:empty; failure, failure-mode, failure:refund.
EDGE: Final = ("edge",)
FAILURE: Final = ("failure", "known-failure", "unanswerable", "safety", "injection", "adversarial", "hallucination")
_NO_PROMPT: Final = "No prompt belongs to this feature, so there is nothing that a suite could judge."


def cases(facts: Facts, feature: Feature) -> Evidence:
    if not facts.prompts(feature).prompts:
        return not_measured(_NO_PROMPT)
    suites = facts.judged(feature).suites
    if not suites:
        return not_met("No suite judges the feature's prompts.", *_prompts(facts, feature))
    versions = [suite.current for suite in suites if suite.current is not None]
    total = sum(version.cases for version in versions)
    tags: Counter[str] = Counter()
    for version in versions:
        tags.update(tags_of(version.pk))
    edge, failure = _tagged(tags, EDGE), _tagged(tags, FAILURE)
    lacks = [] if total >= LEAST_CASES else [f"{LEAST_CASES - total:,} are missing"]
    lacks += [] if edge else ["none is tagged edge"]
    lacks += [] if failure else ["none is tagged as a known failure"]
    told = f"{counted(total, 'case,cases')} in {counted(len(suites), 'suite,suites')}"
    proofs = [_suite(suite.name) for suite in suites]
    if lacks:
        return not_met(f"{told}: {', '.join(lacks)}.", *proofs)
    return met(f"{told}; {edge:,} tagged edge, {failure:,} tagged as a known failure.", *proofs)


def verdicts(facts: Facts, feature: Feature) -> Evidence:
    mine, judged = facts.prompts(feature), facts.judged(feature)
    if not mine.prompts:
        return not_measured(_NO_PROMPT)
    if not mine.live:
        return not_measured("No version of the feature's prompts is live.", *_prompts(facts, feature))
    names = {release.version_id: f"{release.prompt} {release.version}" for release in mine.live}
    lacking = [name for version, name in names.items() if judged.verdict_on(version) is None]
    runs = [run for version in names if (run := judged.verdict_on(version)) is not None]
    proofs = [_run(run, f"{run.get_verdict_display()}: {names[run.head_id]}") for run in runs]
    if lacking:
        return not_met(f"Live without a verdict: {', '.join(lacking)}.", *proofs, *_prompts(facts, feature))
    newest = max(run.ended_at for run in runs if run.ended_at)
    return met(f"{counted(len(runs), 'live version has,live versions have')} a verdict.", *proofs, as_of=newest)


def blocking(facts: Facts, feature: Feature) -> Evidence:
    mine, judged = facts.prompts(feature), facts.judged(feature)
    if not mine.prompts:
        return not_measured(_NO_PROMPT)
    if not judged.suites:
        return not_met("No suite judges the feature's prompts, so nothing can be blocked.", *_prompts(facts, feature))
    red = max(judged.blocked, key=lambda run: run.started_at, default=None)
    if red is None:
        return not_measured("No run was blocked yet: whether one keeps a version back was not seen.", *_suites(judged))
    what = f"{red.prompt} {red.head}"
    if (forced := judged.let_through(red)) is not None:
        why = f"{forced.made_by_label} let it go live in {forced.environment} all the same"
        return not_met(f"{what} was blocked, and {why}.", _run(red, f"Blocked: {what}"), as_of=red.ended_at)
    return met(f"The last regression was held back: {what}.", _run(red, f"Blocked: {what}"), as_of=red.ended_at)


def _tagged(tags: Counter[str], begin: tuple[str, ...]) -> int:
    return sum(number for tag, number in tags.items() if tag.startswith(begin))


def _suite(name: str) -> Proof:
    return Proof(f"Runs of {name}", reverse("evals:run-list", query={"suite": name}))


def _suites(judged: Judged) -> list[Proof]:
    return [_suite(suite.name) for suite in judged.suites]


def _run(run: Run, label: str) -> Proof:
    return Proof(label, reverse("evals:run-detail", args=[run.pk]))


def _prompts(facts: Facts, feature: Feature) -> list[Proof]:
    found = facts.prompts(feature).prompts
    return [Proof(prompt.name, reverse("prompts:prompt-detail", args=[prompt.name])) for prompt in found]
