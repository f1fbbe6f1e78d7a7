"""The demo's prompts and suites: pushed and released as a team does it, once too hastily, and what waits for a look."""

from datetime import datetime

from django.db import transaction

from aiops.demo import repository
from aiops.demo.material import QUALITY
from aiops.demo.story import CHANGES, FIRST_PUSH, FIRST_RELEASE, PlayedRelease
from aiops.demo.trials import GIVEN_UP, ON_PREMISES
from evals import services as evals
from evals.models import Run, Suite
from evals.suites import reading
from prompts import services as prompts
from prompts.models import PromptVersion, Release
from prompts.services import PRODUCTION
from tenants.actors import Actor
from tenants.models import Feature

# Whose confidence is measured, by which cases, answered by which prompt.
GROUNDED, MEASURED_BY, ANSWERED_BY = "draft-replies", "grounded-answers", "support-answer"
# Little enough for a laptop to go on with other things.
_AT_ONCE = 8


@transaction.atomic
def release_first(*, engineer: Actor, admin: Actor, until: datetime) -> None:
    """Where customers run the console's prompts themselves, those that stay are released, too."""
    why, at = FIRST_RELEASE.message, FIRST_RELEASE.since(until)
    for version in repository.push_all(FIRST_PUSH, repository.given_up(), by=engineer, until=until):
        places = [PRODUCTION] if version.prompt.name == GIVEN_UP.name else [PRODUCTION, ON_PREMISES]
        for environment in places:
            evals.promote(version, environment=environment, override=why, by=admin, at=at)
    for path in sorted((QUALITY / "evals").glob("*.yaml")):
        evals.push_suite(reading.read(path), by=engineer, at=FIRST_PUSH.since(until))


def was_released() -> bool:
    return Release.objects.exists()


@transaction.atomic
def release(played: PlayedRelease, *, engineer: Actor, admin: Actor, until: datetime) -> None:
    change, at = played.change, played.since(until)
    if played.taken_back:
        prompt = prompts.find_prompt(change.prompt)
        prompts.roll_back(prompt, environment=PRODUCTION, note=played.why, by=engineer, at=at)
    else:
        version = repository.push_change(change, engineer, until)
        evals.promote(version, environment=PRODUCTION, override=played.why, by=admin, at=at)


def has_happened(played: PlayedRelease, until: datetime) -> bool:
    return Release.objects.filter(prompt__name=played.change.prompt, made_at=played.since(until)).exists()


@transaction.atomic
def judge_changes(*, engineer: Actor, until: datetime) -> None:
    """Workers ask both versions as soon as they are up. Safe to repeat."""
    for change in CHANGES:
        head = repository.push_change(change, engineer, until)
        base = PromptVersion.objects.of(head.prompt).get(number=change.of)
        for suite in Suite.objects.select_related("current").filter(name__in=head.prompt.suites):
            _judge(suite, base, head, engineer, until)


@transaction.atomic
def measure_confidence(*, engineer: Actor, until: datetime) -> None:
    """What is live, asked as the feature that checks its answers against sources. Safe to repeat."""
    feature, suite = Feature.objects.get(slug=GROUNDED), Suite.objects.select_related("current").get(name=MEASURED_BY)
    if not Run.objects.filter(stands_for=feature).exists():
        release = prompts.live(prompts.find_prompt(ANSWERED_BY), PRODUCTION)
        assert release is not None  # noqa: S101 - the story released it
        evals.ask_confidence(feature, suite, head=release.version, at_once=_AT_ONCE, by=engineer, at=until)


def _judge(suite: Suite, base: PromptVersion, head: PromptVersion, by: Actor, at: datetime) -> None:
    if suite.current and not Run.objects.filter(suite=suite.current, head=head).exists():
        evals.start_run(suite.current, head=head, base=base, at_once=_AT_ONCE, by=by, at=at)
