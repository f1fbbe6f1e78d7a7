"""Push, release, roll back: the one way, whichever door is used."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from prompts.bundle import Bundle
from prompts.models import Prompt, PromptVersion, Release
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.lookups import near
from tenants.models import Feature, Revision
from tenants.refusals import Conflict, Invalid, NotFound

ENVIRONMENT = re.compile(r"[a-z0-9-]{1,30}")
# Where callers are, unless another environment is named.
PRODUCTION = "production"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a version comes from: a commit, and who wrote it."""

    commit: str = ""
    author: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    version: PromptVersion
    # False: this content was there already.
    created: bool


@dataclass(frozen=True, slots=True)
class Released:
    release: Release
    # What was served until now; None: nothing.
    before: PromptVersion | None


def push_version(
    name: str,
    bundle: Bundle,
    *,
    feature: Feature | None = None,
    description: str = "",
    suites: Sequence[str] = (),
    origin: Origin = Origin(),
    candidate: bool = False,
    by: Actor,
    at: datetime,
) -> Pushed:
    """Keep this content of the prompt. Serves nobody until it is released.

    A candidate, as a branch has one, leaves a prompt that is there with its feature, description and suites.
    """
    if not _NAME.fullmatch(name):
        raise Invalid("name", f"{name!r} must be lower-case letters, digits and . _ -, at most 100.")
    with revisions.changing(Revision.Name.CONFIG):
        prompt, is_new = Prompt.objects.get_or_create(name=name)
        if is_new or not candidate:
            _describe(prompt, feature, description, suites, by, at)
        found = PromptVersion.objects.of(prompt).filter(hash=bundle.hash).first()
        if found is not None:
            return Pushed(found, created=False)
        version = _add(prompt, bundle, origin, by, at)
        facts = {"version": version.hash, "number": version.number, "commit": origin.commit}
        audit.append_to_installation(actor=by, action="prompt.pushed", object=name, payload=facts, at=at)
    return Pushed(version, created=True)


def release(
    version: PromptVersion, *, environment: str, note: str = "", override: str = "", by: Actor, at: datetime
) -> Released:
    """Serve this version there from now on. Whether it may is asked before, by `evals.services.promote`."""
    check_environment(environment)
    with revisions.changing(Revision.Name.CONFIG):
        before = live(version.prompt, environment)
        if before is not None and before.version_id == version.pk:
            raise Conflict(f"{version.prompt} {version} is what {environment} serves already.")
        made = _append(version, environment, Release.Kind.RELEASE, note, override, by, at, before)
    return Released(made, before.version if before else None)


def roll_back(
    prompt: Prompt, *, environment: str, to: PromptVersion | None = None, note: str = "", by: Actor, at: datetime
) -> Released:
    """Serve again what was served before; needs no verdict, as it was live. `to`: another one that was live there."""
    with revisions.changing(Revision.Name.CONFIG):
        before = live(prompt, environment)
        if before is None:
            raise Conflict(f"{prompt} is not released to {environment}: there is nothing to go back from.")
        target = _target(prompt, environment, before, to)
        made = _append(target, environment, Release.Kind.ROLLBACK, note, "", by, at, before)
    return Released(made, before.version)


def live(prompt: Prompt, environment: str) -> Release | None:
    return Release.objects.of(prompt, environment).latest_first().select_related("version").first()


def served_before(prompt: Prompt, environment: str) -> PromptVersion | None:
    """What a rollback goes back to; None: there is nothing. Going back twice goes back by two, not forth again."""
    standing = _standing(Release.objects.of(prompt, environment).order_by("number").values_list("version", "kind"))
    return PromptVersion.objects.get(pk=standing[-2]) if len(standing) > 1 else None


def _standing(releases: Iterable[tuple[UUID, str]]) -> list[UUID]:
    """Versions that were released and not taken back, oldest first: a rollback takes back all that came after it."""
    standing: list[UUID] = []
    for version, kind in releases:
        if kind == Release.Kind.ROLLBACK and version in standing[:-1]:
            standing.pop()
            while standing[-1] != version:
                standing.pop()
        else:
            standing.append(version)
    return standing


def find_prompt(name: str) -> Prompt:
    prompt = Prompt.objects.filter(name=name).first()
    if prompt is None:
        known = Prompt.objects.order_by("name").values_list("name", flat=True)
        raise NotFound(f"There is no prompt {name!r}.{near(name, known)}")
    return prompt


def find_version(prompt: Prompt, word: str) -> PromptVersion:
    """By its hash, the beginning of it, or as `v17`."""
    found = list(PromptVersion.objects.of(prompt).named(word)[:2])
    if len(found) != 1:
        why = "more than one version begins so" if found else "there is no such version"
        raise NotFound(f"{prompt}@{word}: {why}. `aiops prompts status` lists them.")
    return found[0]


def environment_order(name: str) -> tuple[bool, str]:
    """To sort by: where callers are comes first."""
    return name != PRODUCTION, name


def check_environment(environment: str) -> None:
    if not ENVIRONMENT.fullmatch(environment):
        raise Invalid("environment", f"{environment!r} must be lower-case letters, digits and hyphens, at most 30.")


def was_live(version: PromptVersion, environment: str) -> bool:
    return Release.objects.filter(version=version, environment=environment).exists()


def _describe(
    prompt: Prompt, feature: Feature | None, description: str, suites: Iterable[str], by: Actor, at: datetime
) -> None:
    before = _told(prompt)
    prompt.feature, prompt.description, prompt.suites = feature, description, list(suites)
    if _told(prompt) == before:
        return
    prompt.save(update_fields=["feature", "description", "suites"])
    facts = {"before": before, "after": _told(prompt)}
    audit.append_to_installation(actor=by, action="prompt.described", object=prompt.name, payload=facts, at=at)


def _told(prompt: Prompt) -> dict[str, Any]:
    feature = prompt.feature.slug if prompt.feature else None
    return {"feature": feature, "description": prompt.description, "suites": prompt.suites}


def _add(prompt: Prompt, bundle: Bundle, origin: Origin, by: Actor, at: datetime) -> PromptVersion:
    newest = PromptVersion.objects.of(prompt).order_by("-number").values_list("number", flat=True).first()
    return PromptVersion.objects.create(
        prompt=prompt,
        hash=bundle.hash,
        number=(newest or 0) + 1,
        content=bundle.as_json(),
        commit=origin.commit[:64],
        author=origin.author[:200],
        message=origin.message[:500],
        pushed_at=at,
        pushed_by=by.label,
        pushed_by_kind=by.kind,
        pushed_by_id=by.id,
    )


def _target(prompt: Prompt, environment: str, before: Release, to: PromptVersion | None) -> PromptVersion:
    if to is None:
        found = served_before(prompt, environment)
        if found is None:
            raise Conflict(f"{prompt} {before.version} is the first that {environment} served: nothing is before it.")
        return found
    if to.pk == before.version_id:
        raise Conflict(f"{prompt} {to} is what {environment} serves already.")
    if not was_live(to, environment):
        raise Conflict(f"{prompt} {to} was never live in {environment}: release it instead.")
    return to


def _append(
    version: PromptVersion,
    environment: str,
    kind: Release.Kind,
    note: str,
    override: str,
    by: Actor,
    at: datetime,
    before: Release | None,
) -> Release:
    made = Release.objects.create(
        prompt=version.prompt,
        version=version,
        environment=environment,
        number=(before.number if before else 0) + 1,
        kind=kind,
        note=note,
        override_reason=override,
        made_at=at,
        made_by_kind=by.kind,
        made_by_id=by.id,
        made_by_label=by.label,
    )
    facts = {
        "environment": environment,
        "before": {"version": before.version.hash if before else None},
        "after": {"version": version.hash},
        "note": note,
        "override": override,
    }
    action = "prompt.released" if kind is Release.Kind.RELEASE else "prompt.rolled_back"
    audit.append_to_installation(actor=by, action=action, object=str(version.prompt), payload=facts, at=at)
    push.after_commit(Revision.Name.CONFIG)
    return made
