"""Content becomes a version: kept once, whoever pushes it and however often."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from prompts.bundle import Bundle
from prompts.models import Prompt, PromptVersion
from prompts.services.drafting import Draft, Entry, draft_all
from prompts.services.sourcing import Checkout, describe, orphan
from tenants import audit, revisions
from tenants.actors import Actor
from tenants.audit import Fact
from tenants.models import Feature, Revision
from tenants.refusals import Conflict, Invalid

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
# Each but the last means that another push of the same prompts got through.
_TRIES: Final = 5


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
class _Push:
    entries: Sequence[Entry]
    origin: Origin
    candidate: bool
    checkout: Checkout | None
    by: Actor
    at: datetime


class _Moved(Exception):
    """Another push kept a version since the drafts were made."""


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
    """One of them: see `push_all`."""
    entry = Entry(name, bundle, feature, description, suites)
    return push_all([entry], origin=origin, candidate=candidate, by=by, at=at)[0]


def push_all(
    entries: Sequence[Entry],
    *,
    origin: Origin = Origin(),
    candidate: bool = False,
    checkout: Checkout | None = None,
    by: Actor,
    at: datetime,
) -> list[Pushed]:
    """Keep these contents, all or none, in the order given. They serve nobody until they are released.

    Raises Invalid for what no rendering gets past; what was kept before stays, and may be pushed again.

    Candidates, as a branch has them, leave prompts that are there with what is said of them. `checkout`: these are
    all prompts that it has, so that what else came from it is an orphan.
    """
    _check(entries)
    push = _Push(entries, origin, candidate, checkout, by, at)
    for _ in range(_TRIES):
        with suppress(_Moved):
            return _keep(draft_all(entries), push)
    raise Conflict("Others push versions of the same prompts all the while. Nothing was kept; push again.")


def _keep(drafts: Sequence[Draft], push: _Push) -> list[Pushed]:
    """Rollbacks and releases wait meanwhile, so that here is found and written, and nothing reckoned."""
    with revisions.changing(Revision.Name.CONFIG):
        prompts, added = _prompts(push.entries)
        told = added if push.candidate else prompts.keys()
        facts = describe(((prompts[each.name], each) for each in push.entries if each.name in told), push.checkout)
        pushed = _versions(drafts, prompts, push)
        facts += [_fact(each, push.origin) for each in pushed if each.created]
        if push.checkout and not push.candidate:
            facts += orphan(push.checkout, prompts.keys(), push.at)
        audit.append_all_to_installation(facts, actor=push.by, at=push.at)
    return pushed


def _check(entries: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if not _NAME.fullmatch(entry.name):
            raise Invalid("name", f"{entry.name!r} must be lower-case letters, digits and . _ -, at most 100.")
        if entry.name in seen:
            raise Invalid("name", f"{entry.name!r} is there twice in this push; a prompt is pushed once at a time.")
        seen.add(entry.name)


def _prompts(entries: Sequence[Entry]) -> tuple[Mapping[str, Prompt], frozenset[str]]:
    """All by name, and the names of those that are new."""
    names = [entry.name for entry in entries]
    there = {prompt.name: prompt for prompt in Prompt.objects.filter(name__in=names).select_related("feature")}
    made = Prompt.objects.bulk_create(Prompt(name=name) for name in names if name not in there)
    return there | {prompt.name: prompt for prompt in made}, frozenset(prompt.name for prompt in made)


def _versions(drafts: Sequence[Draft], prompts: Mapping[str, Prompt], push: _Push) -> list[Pushed]:
    there = _there(prompts.values(), [draft.hash for draft in drafts])
    missing = [draft for draft in drafts if (prompts[draft.name].pk, draft.hash) not in there]
    newest = _newest([prompts[draft.name] for draft in missing])
    made = [_version(draft, prompts[draft.name], newest.get(prompts[draft.name].pk), push) for draft in missing]
    new = {version.prompt_id: version for version in PromptVersion.objects.bulk_create(made)}
    return list(_outcomes(drafts, prompts, there, new))


def _outcomes(
    drafts: Sequence[Draft],
    prompts: Mapping[str, Prompt],
    there: Mapping[tuple[UUID, str], PromptVersion],
    new: Mapping[UUID, PromptVersion],
) -> Iterator[Pushed]:
    for draft in drafts:
        prompt = prompts[draft.name]
        found = there.get((prompt.pk, draft.hash))
        if found is not None:
            found.prompt = prompt
        yield Pushed(found or new[prompt.pk], created=found is None)


def _there(prompts: Iterable[Prompt], hashes: Iterable[str]) -> dict[tuple[UUID, str], PromptVersion]:
    rows = PromptVersion.objects.filter(prompt__in=list(prompts), hash__in=list(hashes))
    return {(version.prompt_id, version.hash): version for version in rows.defer("content")}


def _newest(prompts: Collection[Prompt]) -> dict[UUID, PromptVersion]:
    rows = PromptVersion.objects.filter(prompt__in=prompts).order_by("prompt", "-number").distinct("prompt")
    return {version.prompt_id: version for version in rows.only("prompt", "number")}


def _version(draft: Draft, prompt: Prompt, newest: PromptVersion | None, push: _Push) -> PromptVersion:
    if draft.before != (newest.pk if newest else None):
        raise _Moved
    return PromptVersion(
        prompt=prompt,
        hash=draft.hash,
        number=(newest.number if newest else 0) + 1,
        content=draft.content,
        tokens=draft.sizing.tokens,
        lines_added=draft.sizing.added,
        lines_removed=draft.sizing.removed,
        commit=push.origin.commit[:64],
        author=push.origin.author[:200],
        message=push.origin.message[:500],
        pushed_at=push.at,
        pushed_by=push.by.label,
        pushed_by_kind=push.by.kind,
        pushed_by_id=push.by.id,
    )


def _fact(pushed: Pushed, origin: Origin) -> Fact:
    version = pushed.version
    payload = {"version": version.hash, "number": version.number, "commit": origin.commit}
    return Fact("prompt.pushed", version.prompt.name, payload)
