"""A chain, the suite that judges it, and runs in which its models answered."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from evals.models import Result, Run, SuiteVersion
from evals.summing import sums_of
from gateway.models import Chain
from gateway.services import Member, declare_chain, declare_model, declare_provider
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.evals.factories import AT, make_run

CASES = 40


def make_chain(*models: str, slug: str = "default") -> Chain:
    with scope(ALL):
        declare_provider(
            "acme-ai", name="Acme AI", base_url="https://acme-ai.example/v1", pricing_provider="openai", by=SYSTEM
        )
        for model in models:
            declare_model(model, provider="acme-ai", by=SYSTEM)
        return declare_chain(slug, members=[Member(model) for model in models], by=SYSTEM).row


def make_answers(
    suite: SuiteVersion,
    version: PromptVersion,
    model: str,
    passes: Sequence[int],
    *,
    provider: str = "acme-ai",
    **values: Any,
) -> Run:
    """A run that asked this model: of each case three answers, so many of which passed."""
    run = make_run(suite, version, verdict="", kind=Run.Kind.MODEL, model=model, **values)
    head = {case: [number < each for number in range(3)] for case, each in _named(passes)}
    return answered(run, {"head": head}, model, provider=provider)


def answered(
    run: Run, arms: Mapping[str, Mapping[str, Sequence[bool | None]]], model: str, *, provider: str = "acme-ai"
) -> Run:
    rows = [
        Result(
            run=run, arm=arm, case=case, repeat=repeat, place=place, done_at=AT, passed=passed,
            model=f"{provider}/{model}", error="" if passed is not None else "no answer",
        )
        for arm, cases in arms.items()
        for place, (case, verdicts) in enumerate(cases.items())
        for repeat, passed in enumerate(verdicts)
    ]  # fmt: skip
    Result.objects.bulk_create(rows)
    run.report = {"arms": {arm: sums_of(run, arm, ()).as_json() for arm in arms}}
    run.ended_at = datetime.now(UTC) + timedelta(seconds=1)
    run.save()
    return run


def _named(passes: Sequence[int]) -> list[tuple[str, int]]:
    return [(f"case-{number}", each) for number, each in enumerate(passes)]
