"""Content becomes a version: kept once, whoever pushes it and however often."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prompts.bundle import BadBundle, Bundle
from prompts.models import Prompt, PromptVersion
from prompts.sizing import size
from tenants import audit, revisions
from tenants.actors import Actor
from tenants.models import Feature, Revision
from tenants.refusals import Invalid

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
    newest = PromptVersion.objects.of(prompt).order_by("-number").first()
    sizing = size(bundle, _bundle(newest) if newest else None)
    return PromptVersion.objects.create(
        prompt=prompt,
        hash=bundle.hash,
        number=(newest.number if newest else 0) + 1,
        content=bundle.as_json(),
        tokens=sizing.tokens,
        lines_added=sizing.added,
        lines_removed=sizing.removed,
        commit=origin.commit[:64],
        author=origin.author[:200],
        message=origin.message[:500],
        pushed_at=at,
        pushed_by=by.label,
        pushed_by_kind=by.kind,
        pushed_by_id=by.id,
    )


def _bundle(version: PromptVersion) -> Bundle | None:
    """None: it was kept by another release of the console, and nothing is told against it."""
    try:
        return version.bundle
    except BadBundle:
        return None
