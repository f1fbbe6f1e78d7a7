"""Letting a version go live: only with a green verdict on this very content, or with a reason on record."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evals.models import Run, Suite
from prompts import services as prompts
from prompts.models import EVERYBODY, PromptVersion
from prompts.services import Released
from tenants import revisions
from tenants.actors import Actor, ActorKind
from tenants.models import Revision, Tenant
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
    version: PromptVersion,
    *,
    environment: str,
    tenant: Tenant | None = None,
    percent: int = EVERYBODY,
    note: str = "",
    override: str = "",
    by: Actor,
    at: datetime,
) -> Released:
    """Release it there: to all, to one tenant, or to `percent` of either as a canary.

    Without a green verdict `override` says why all the same, and goes into the audit log.
    """
    prompts.check_environment(environment)
    # Under the lock, so that what is live stays what the verdicts were asked against.
    with revisions.changing(Revision.Name.CONFIG):
        missing = list(verdict_on(version, environment, tenant))
        if missing and not override.strip():
            said = "; ".join(f"{each.suite}: {each.why}" for each in missing)
            raise NoVerdict(f"{version.prompt} {version} may not go live in {environment} yet. {said}.")
        if missing:
            _check_override(version, override, by)
        reason = override.strip() if missing else ""
        return prompts.release(
            version, environment=environment, tenant=tenant, percent=percent, note=note, override=reason, by=by, at=at
        )


def verdict_on(version: PromptVersion, environment: str, tenant: Tenant | None = None) -> Iterator[Standing]:
    """What stands between this version and going live; nothing when all of its suites are green."""
    return (each for each in standings(version, environment, tenant) if each.why)


def standings(version: PromptVersion, environment: str, tenant: Tenant | None = None) -> Iterator[Standing]:
    """Of each suite that judges the prompt, against what is served there: to this tenant, or to all."""
    live = prompts.served(version.prompt, environment, tenant)
    pushed = Suite.objects.filter(prompt=version.prompt, current__isnull=False)
    names = [*version.prompt.suites, *pushed.values_list("name", flat=True)]
    for name in dict.fromkeys(names):
        suite = Suite.objects.select_related("current").filter(name=name).first()
        if suite is None or suite.current is None:
            yield Standing(name, "it was never pushed")
        else:
            yield _standing(suite, version, live.version if live else None)
    if not names:
        yield Standing("no suite", "nothing judges this prompt; name a suite in its file and push it")


def needs_another(version: PromptVersion, by: Actor) -> bool:
    """A person who pushed a version cannot also let it go live unproven. A key is nobody: the audit log names it."""
    return by.kind == ActorKind.USER and version.pushed_by_kind == ActorKind.USER and by.id == version.pushed_by_id


def _standing(suite: Suite, version: PromptVersion, live: PromptVersion | None) -> Standing:
    kind = Run.Kind.FIRST if live is None else Run.Kind.COMPARISON
    runs = Run.objects.filter(suite=suite.current, head=version, base=live, kind=kind)
    ended = list(runs.finished().order_by("-ended_at", "-id"))
    if not ended:
        return Standing(suite.name, _unjudged(version, live, is_running=runs.running().exists()))
    return Standing(suite.name, _lacking(ended), ended[0])


def _unjudged(version: PromptVersion, live: PromptVersion | None, *, is_running: bool) -> str:
    if is_running:
        return "its run is not over yet"
    beside = f"against {live}, which is live" if live is not None else "alone; nothing is live that it could be beside"
    return f"it has not been run on {version} {beside}"


def _lacking(ended: Sequence[Run]) -> str:
    """Empty when they are green: the newest passed, and more of them passed than were blocked.

    A bad version that is run until it passes by chance is blocked far more often before.
    """
    newest, verdicts = ended[0], Counter(run.verdict for run in ended)
    if newest.verdict != Run.Verdict.PASS:
        return f"its last verdict is {newest.get_verdict_display().lower()}"
    lead = verdicts[Run.Verdict.PASS] - verdicts[Run.Verdict.BLOCKED]
    if lead > 0:
        return ""
    blocked = f"{verdicts[Run.Verdict.BLOCKED]:,} of its {len(ended):,} runs blocked it"
    more = "1 more green run" if lead == 0 else f"{1 - lead:,} more green runs"
    return f"{blocked}: {more} would outweigh that"


def _check_override(version: PromptVersion, override: str, by: Actor) -> None:
    if len(override.strip()) < LEAST_REASON:
        raise Invalid("override", f"say why in at least {LEAST_REASON} characters: it is kept in the audit log.")
    if needs_another(version, by):
        raise NotAllowed("Whoever pushed a version cannot also let it go live unproven: a second person has to.")
