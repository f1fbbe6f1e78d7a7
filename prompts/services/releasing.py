"""What a lane serves from now on: a release, the way back, the lane's end. Each is a row that is only ever added."""

from dataclasses import dataclass, replace
from datetime import datetime

from prompts.models import EVERYBODY, Prompt, PromptVersion, Release
from prompts.services.changing import Change, append, changing
from prompts.services.finding import check_environment
from prompts.services.lanes import canary, common_canaries, live, may_go_back_to, served, served_before
from prompts.services.seen import check_seen, check_served
from tenants.actors import Actor
from tenants.models import Tenant
from tenants.refusals import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Released:
    release: Release
    # What those for whom it is were served until now; None: nothing, or a tenant's what everybody gets.
    before: PromptVersion | None
    # The canary that ended with it.
    ended: Release | None = None
    # To so many of them: less where a canary took the place of another, or ended.
    before_percent: int = EVERYBODY


def release(
    version: PromptVersion,
    *,
    environment: str,
    tenant: Tenant | None = None,
    percent: int = EVERYBODY,
    note: str = "",
    override: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Released:
    """Serve this version there from now on: to all, to this tenant alone, or to `percent` of either as a canary.

    Whether it may is asked before, by `evals.services.promote`. To everybody, it ends the canary beside it. `at`: of
    history that is told later; None: now.
    """
    check_environment(environment)
    if not 1 <= percent <= EVERYBODY:
        raise Invalid("percent", f"{percent} must be from 1 to 99 for a canary, or 100 for everybody.")
    with changing(version.prompt, environment, tenant, note, by, at) as change:
        if percent < EVERYBODY:
            return _try_out(change, version, percent, override)
        before, trial = live(version.prompt, environment, tenant), canary(version.prompt, environment, tenant)
        if before is not None and before.version_id == version.pk:
            raise Conflict(f"{version.prompt} {version} is what {change.where} serves already.{_beside(trial)}")
        made = append(change, version, Release.Kind.RELEASE, before, override=override)
        return Released(made, before.version if before else None, _end_canary(change, trial))


def roll_back(
    prompt: Prompt,
    *,
    environment: str,
    tenant: Tenant | None = None,
    to: PromptVersion | None = None,
    expected: int | None = None,
    seen: PromptVersion | None = None,
    note: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Released:
    """Serve again what was served before; needs no verdict, as it was live. `to`: another one that was live there.

    While a canary is under way, it is what was done last: it ends, and everybody gets what the others got. A
    tenant's own version that has none before it ends as well. `expected`: `last_number` as whoever decided saw it;
    `seen`: the version that is taken back, as they saw it. Raises Overtaken if there is another by now.
    """
    with changing(prompt, environment, tenant, note, by, at) as change:
        check_seen(prompt, environment, expected)
        before, trial = live(prompt, environment, tenant), canary(prompt, environment, tenant)
        ends = trial is not None and (to is None or (before is not None and to.pk == before.version_id))
        check_served(trial if ends else before, seen, where=change.where)
        if trial is not None and ends:
            return _taken_back(change, trial)
        target = _target(change, before, to)
        if target is None and before is not None:
            return _taken_back(change, before)
        if target is None:
            raise Conflict(f"{prompt} is not released to {change.where}: there is nothing to go back from.")
        made = append(change, target, Release.Kind.ROLLBACK, before)
        return Released(made, before.version if before else None, _end_canary(change, trial))


def end(
    prompt: Prompt,
    *,
    environment: str,
    tenant: Tenant | None = None,
    expected: int | None = None,
    seen: PromptVersion | None = None,
    note: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Released:
    """Serve nothing from this main lane any more, and end its canary: a tenant gets what everybody gets; of all
    others, nobody is served the prompt there. `roll_back` brings it back. `expected` and `seen` as there.
    """
    with changing(prompt, environment, tenant, note, by, at) as change:
        check_seen(prompt, environment, expected)
        before, trial = live(prompt, environment, tenant), canary(prompt, environment, tenant)
        newest = before or trial
        check_served(newest, seen, where=change.where)
        if newest is None:
            raise Conflict(f"{prompt} is not released to {change.where}: there is nothing to end.")
        made = append(change, newest.version, Release.Kind.END, newest, percent=0)
        ended = _end_canary(change, trial if before else None)
        if tenant is None:
            _end_canaries_beside_nothing(change)
        return Released(made, newest.version, ended, newest.percent)


def _try_out(change: Change, version: PromptVersion, percent: int, override: str) -> Released:
    beside = served(change.prompt, change.environment, change.tenant)
    if beside is None:
        raise Conflict(f"{change.prompt} is not released to {change.where}: there is nothing to try {version} beside.")
    if beside.version_id == version.pk:
        raise Conflict(f"{change.prompt} {version} is what {change.where} serves already.")
    trial = canary(change.prompt, change.environment, change.tenant)
    if trial is not None and (trial.version_id, trial.percent) == (version.pk, percent):
        raise Conflict(f"{percent}% of {change.where} are served {change.prompt} {version} already.")
    made = append(
        change, version, Release.Kind.RELEASE, trial, lane=Release.Lane.CANARY, percent=percent, override=override
    )
    before = trial or beside
    return Released(made, before.version, before_percent=before.percent)


def _taken_back(change: Change, newest: Release) -> Released:
    """Its lane ends: there was nothing in it before."""
    made = append(change, newest.version, Release.Kind.ROLLBACK, newest, percent=0)
    return Released(made, newest.version, before_percent=newest.percent)


def _end_canary(change: Change, trial: Release | None) -> Release | None:
    return append(change, trial.version, Release.Kind.END, trial, percent=0) if trial else None


def _end_canaries_beside_nothing(change: Change) -> None:
    """Of tenants without a version of their own: a share of their people would be served, and all others refused."""
    for trial in common_canaries(change.prompt, change.environment).select_related("tenant", "version"):
        _end_canary(replace(change, tenant=trial.tenant), trial)


def _target(change: Change, before: Release | None, to: PromptVersion | None) -> PromptVersion | None:
    prompt, environment, tenant = change.prompt, change.environment, change.tenant
    if to is None:
        found = served_before(prompt, environment, tenant)
        if found is None and tenant is None and before is not None:
            raise Conflict(f"{prompt} {before.version} is the first that {environment} served: nothing is before it.")
        return found
    if before is not None and to.pk == before.version_id:
        raise Conflict(f"{prompt} {to} is what {change.where} serves already.")
    if may_go_back_to(to, environment, tenant):
        return to
    if tenant is not None and before is None:
        raise Conflict(
            f"{tenant.slug} has no version of its own in {environment} to go back from, and {prompt} {to} was never "
            "its own: release it instead."
        )
    raise Conflict(f"{prompt} {to} was never live in {environment}: release it instead.")


def _beside(trial: Release | None) -> str:
    return f" Its canary, {trial.version}, goes on: roll back to end it." if trial else ""
