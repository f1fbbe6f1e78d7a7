"""Letting a version go live: only with a green verdict on this very content, or with a reason on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evals.models import Run, Suite
from prompts import services as prompts
from prompts.models import PromptVersion
from prompts.services import Released
from tenants.actors import Actor, ActorKind
from tenants.refusals import Conflict, Invalid, NotAllowed


class NoVerdict(Conflict):
    """What is missing, suite by suite."""

    code = "no_green_verdict"


@dataclass(frozen=True, slots=True)
class Missing:
    suite: str
    why: str


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


def verdict_on(version: PromptVersion, environment: str) -> Iterator[Missing]:
    """What stands between this version and going live; nothing when all of its suites are green."""
    live = prompts.live(version.prompt, environment)
    names = [*version.prompt.suites, *Suite.objects.filter(prompt=version.prompt).values_list("name", flat=True)]
    for name in dict.fromkeys(names):
        suite = Suite.objects.select_related("current").filter(name=name).first()
        why = "it was never pushed" if suite is None else _missing(suite, version, live.version if live else None)
        if why:
            yield Missing(name, why)
    if not names:
        yield Missing("no suite", "nothing judges this prompt; name a suite in its file and push it")


def _missing(suite: Suite, version: PromptVersion, live: PromptVersion | None) -> str:
    runs = Run.objects.finished().filter(suite=suite.current, head=version).exclude(kind=Run.Kind.CANARY)
    against = runs.filter(base=live) if live is not None else runs
    newest = against.newest_first().first()
    if newest is None:
        beside = f"against {live}, which is live" if live is not None else "yet"
        return f"it has not been run on {version} {beside}"
    if newest.verdict != Run.Verdict.PASS:
        return f"its last verdict is {newest.get_verdict_display().lower()}"
    return ""


def _check_override(version: PromptVersion, override: str, by: Actor) -> None:
    if len(override.strip()) < 10:
        raise Invalid("override", "say why in at least 10 characters: it is kept in the audit log.")
    if by.kind == ActorKind.USER and by.label == version.pushed_by:
        raise NotAllowed("Whoever pushed a version cannot also let it go live unproven: a second person has to.")
