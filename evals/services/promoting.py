"""Letting a version go live: only with a green verdict on this very content, or with a reason on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from evals.models import Run, Suite
from prompts import services as prompts
from prompts.models import PromptVersion
from prompts.services import Released
from tenants.actors import Actor, ActorKind
from tenants.refusals import Conflict, Invalid, NotAllowed

# So many characters say why, at least.
LEAST_REASON: Final = 10


class NoVerdict(Conflict):
    """What is missing, suite by suite."""

    code = "no_green_verdict"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one suite stands to a version going live: `why` is what is missing, empty where it is green."""

    suite: str
    why: str
    # The newest that judged this very content against what is live.
    run: Run | None = None


def promote(
    version: PromptVersion, *, environment: str, note: str = "", override: str = "", by: Actor, at: datetime
) -> Released:
    """Release it there. Without a green verdict `override` says why all the same, and goes into the audit log."""
    prompts.check_environment(environment)
    with transaction.atomic():
        missing = list(verdict_on(version, environment))
        if missing and not override.strip():
            said = "; ".join(f"{each.suite}: {each.why}" for each in missing)
            raise NoVerdict(f"{version.prompt} {version} may not go live in {environment} yet. {said}.")
        if missing:
            _check_override(version, override, by)
        reason = override.strip() if missing else ""
        return prompts.release(version, environment=environment, note=note, override=reason, by=by, at=at)


def verdict_on(version: PromptVersion, environment: str) -> Iterator[Standing]:
    """What stands between this version and going live; nothing when all of its suites are green."""
    return (each for each in standings(version, environment) if each.why)


def standings(version: PromptVersion, environment: str) -> Iterator[Standing]:
    """Of each suite that judges the prompt."""
    live = prompts.live(version.prompt, environment)
    names = [*version.prompt.suites, *Suite.objects.filter(prompt=version.prompt).values_list("name", flat=True)]
    for name in dict.fromkeys(names):
        suite = Suite.objects.select_related("current").filter(name=name).first()
        if suite is None:
            yield Standing(name, "it was never pushed")
        else:
            yield _standing(suite, version, live.version if live else None)
    if not names:
        yield Standing("no suite", "nothing judges this prompt; name a suite in its file and push it")


def needs_another(version: PromptVersion, by: Actor) -> bool:
    """Whoever pushed a version cannot also let it go live unproven: a second person has to."""
    return by.kind == ActorKind.USER and by.label == version.pushed_by


def _standing(suite: Suite, version: PromptVersion, live: PromptVersion | None) -> Standing:
    runs = Run.objects.finished().filter(suite=suite.current, head=version).exclude(kind=Run.Kind.CANARY)
    against = runs.filter(base=live) if live is not None else runs
    newest = against.newest_first().first()
    if newest is None:
        beside = f"against {live}, which is live" if live is not None else "yet"
        return Standing(suite.name, f"it has not been run on {version} {beside}")
    if newest.verdict != Run.Verdict.PASS:
        return Standing(suite.name, f"its last verdict is {newest.get_verdict_display().lower()}", newest)
    return Standing(suite.name, "", newest)


def _check_override(version: PromptVersion, override: str, by: Actor) -> None:
    if len(override.strip()) < LEAST_REASON:
        raise Invalid("override", f"say why in at least {LEAST_REASON} characters: it is kept in the audit log.")
    if needs_another(version, by):
        raise NotAllowed("Whoever pushed a version cannot also let it go live unproven: a second person has to.")
