"""Letting a version go live: only with a green verdict on this very content, or with a reason on record."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from evals.models import Run, Suite
from evals.services.seconding import check_approver, refused_alone, told_of_second
from prompts import services as prompts
from prompts.models import EVERYBODY, PromptVersion
from prompts.services import Released
from tenants import audit, revisions
from tenants.actors import Actor
from tenants.clock import database_now
from tenants.models import Revision, Tenant
from tenants.refusals import Conflict, Invalid

# So many characters say why, at least.
LEAST_REASON: Final = 10
# Of a suite that the prompt names, and that is not there: mistyped, renamed, removed, or only a branch has it.
_GONE: Final = (
    "it was never pushed. Push it with `aiops prompts push`, or take its name out of `suites` in the prompt's file and "
    "push that"
)


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


class _Override(NamedTuple):
    """Why it goes live without `missing`, and who approved that."""

    reason: str
    missing: Sequence[Standing]
    approved_by: Actor | None


def promote(
    version: PromptVersion,
    *,
    environment: str,
    tenant: Tenant | None = None,
    percent: int = EVERYBODY,
    note: str = "",
    override: str = "",
    seen: PromptVersion | None = None,
    by: Actor,
    approved_by: Actor | None = None,
    at: datetime | None = None,
) -> Released:
    """Release it there: to all, to one tenant, or to `percent` of either as a canary.

    Without a green verdict `override` says why all the same, and goes into the audit log. Who may do it alone, and who
    may have approved it, is asked here and of the database. `seen`: what is served until now, as the caller saw
    it. `at`: as of `release`. Raises NoVerdict, NeedsSecondPerson, NotThisRole, and Overtaken if something else is
    served by now.
    """
    prompts.check_environment(environment)
    # Under the lock, so that what is live stays what the verdicts were asked against.
    with revisions.changing(Revision.Name.CONFIG):
        at = at or database_now()
        prompts.check_replaced(version, environment, tenant, percent, seen)
        missing = lacking(version, environment, tenant, override=override)
        _check_people(version, environment, unproven=bool(missing), by=by, approved_by=approved_by, at=at)
        reason = override.strip() if missing else ""
        if reason:
            _record(version, environment, tenant, _Override(reason, missing, approved_by), by, at)
        return prompts.release(
            version, environment=environment, tenant=tenant, percent=percent, note=note, override=reason, by=by, at=at
        )


def lacking(
    version: PromptVersion, environment: str, tenant: Tenant | None = None, *, override: str = ""
) -> list[Standing]:
    """What an override has to make up for. Raises NoVerdict without one, and Invalid if it says too little."""
    missing = list(verdict_on(version, environment, tenant))
    reason = override.strip()
    if missing and not reason:
        said = "; ".join(f"{each.suite}: {each.why}" for each in missing)
        raise NoVerdict(f"{version.prompt} {version} may not go live in {environment} yet. {said}.")
    if missing and len(reason) < LEAST_REASON:
        raise Invalid("override", f"say why in at least {LEAST_REASON} characters: it is kept in the audit log.")
    return missing


def verdict_on(version: PromptVersion, environment: str, tenant: Tenant | None = None) -> Iterator[Standing]:
    """What stands between this version and going live; nothing when all of its suites are green."""
    return (each for each in standings(version, environment, tenant) if each.why)


def standings(version: PromptVersion, environment: str, tenant: Tenant | None = None) -> Iterator[Standing]:
    """Of each suite that judges the prompt, against what is served there: to this tenant, or to all.

    None where that is this very version.
    """
    live = prompts.served(version.prompt, environment, tenant)
    # A tenant keeps what everybody gets: its callers go on getting this very content, so nothing speaks against it.
    if live is not None and live.version_id == version.pk:
        return
    pushed = Suite.objects.filter(prompt=version.prompt, current__isnull=False)
    names = [*version.prompt.suites, *pushed.values_list("name", flat=True)]
    for name in dict.fromkeys(names):
        suite = Suite.objects.select_related("current").filter(name=name).first()
        if suite is None or suite.current is None:
            yield Standing(name, _GONE)
        else:
            standing = _standing(suite, version, live.version if live else None)
            yield standing if standing.run or name in version.prompt.suites else _left_behind(standing)
    if not names:
        yield Standing("no suite", "nothing judges this prompt; name a suite in its file and push it")


def _left_behind(standing: Standing) -> Standing:
    """Its file may be gone, and with it whoever would run it: say how it ceases to judge."""
    why = f"{standing.why} (the prompt does not name it: if its file is gone, push it once more without `prompt`)"
    return replace(standing, why=why)


def _standing(suite: Suite, version: PromptVersion, live: PromptVersion | None) -> Standing:
    kind = Run.Kind.FIRST if live is None else Run.Kind.COMPARISON
    runs = Run.objects.filter(suite=suite.current, head=version, base=live, kind=kind)
    ended = list(runs.finished().order_by("-ended_at", "-id"))
    if not ended:
        return Standing(suite.name, _unjudged(version, live, is_running=runs.running().exists()))
    return Standing(suite.name, _lacking_of(ended), ended[0])


def _unjudged(version: PromptVersion, live: PromptVersion | None, *, is_running: bool) -> str:
    if is_running:
        return "its run is not over yet"
    beside = f"against {live}, which is live" if live is not None else "alone; nothing is live that it could be beside"
    return f"it has not been run on {version} {beside}"


def _lacking_of(ended: Sequence[Run]) -> str:
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


def _check_people(
    version: PromptVersion, environment: str, *, unproven: bool, by: Actor, approved_by: Actor | None, at: datetime
) -> None:
    if approved_by is not None:
        check_approver(environment, asker=by, approver=approved_by, at=at)
    elif refused := refused_alone(version, environment, unproven=unproven, by=by, at=at):
        raise refused


def _record(
    version: PromptVersion, environment: str, tenant: Tenant | None, override: _Override, by: Actor, at: datetime
) -> None:
    facts = {
        "version": version.hash,
        "environment": environment,
        "tenant": tenant.slug if tenant else None,
        "reason": override.reason,
        "missing": {each.suite: each.why for each in override.missing},
        "pushed_by": version.pushed_by,
        "second_person": told_of_second(version, by, override.approved_by),
    }
    audit.append_to_installation(actor=by, action="prompt.overridden", object=version.prompt.name, payload=facts, at=at)
