"""Content becomes a version: kept once, whoever pushes it and however often."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prompts.bundle import BadBundle, Bundle
from prompts.models import Prompt, PromptVersion
from prompts.rendering import Assembly
from prompts.services.fitting import read_templates
from prompts.services.sourcing import Checkout, describe, orphan
from prompts.sizing import size
from tenants import audit, revisions
from tenants.actors import Actor
from tenants.audit import Fact
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
class Entry:
    """A prompt as its file says it."""

    name: str
    bundle: Bundle
    feature: Feature | None = None
    description: str = ""
    suites: Sequence[str] = ()


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
    with revisions.changing(Revision.Name.CONFIG):
        prompts, added = _prompts(entries)
        told = added if candidate else prompts.keys()
        facts = describe(((prompts[each.name], each) for each in entries if each.name in told), checkout)
        pushed = _versions(entries, prompts, origin, by, at)
        facts += [_fact(each, origin) for each in pushed if each.created]
        if checkout and not candidate:
            facts += orphan(checkout, prompts.keys(), at)
        audit.append_all_to_installation(facts, actor=by, at=at)
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


def _versions(
    entries: Sequence[Entry], prompts: Mapping[str, Prompt], origin: Origin, by: Actor, at: datetime
) -> list[Pushed]:
    hashes = {entry.name: entry.bundle.hash for entry in entries}
    there = _there(prompts.values(), hashes.values())
    missing = [entry for entry in entries if (prompts[entry.name].pk, hashes[entry.name]) not in there]
    newest = _newest([prompts[entry.name] for entry in missing])
    read = read_templates({entry.name: entry.bundle for entry in missing})
    made = [
        _version(entry, read[entry.name], prompts[entry.name], newest.get(prompts[entry.name].pk), origin, by, at)
        for entry in missing
    ]
    new = {version.prompt_id: version for version in PromptVersion.objects.bulk_create(made)}
    return list(_outcomes(entries, prompts, hashes, there, new))


def _outcomes(
    entries: Sequence[Entry],
    prompts: Mapping[str, Prompt],
    hashes: Mapping[str, str],
    there: Mapping[tuple[UUID, str], PromptVersion],
    new: Mapping[UUID, PromptVersion],
) -> Iterator[Pushed]:
    for name in (entry.name for entry in entries):
        prompt = prompts[name]
        found = there.get((prompt.pk, hashes[name]))
        if found is not None:
            found.prompt = prompt
        yield Pushed(found or new[prompt.pk], created=found is None)


def _there(prompts: Iterable[Prompt], hashes: Iterable[str]) -> dict[tuple[UUID, str], PromptVersion]:
    rows = PromptVersion.objects.filter(prompt__in=list(prompts), hash__in=list(hashes))
    return {(version.prompt_id, version.hash): version for version in rows.defer("content")}


def _newest(prompts: Collection[Prompt]) -> dict[UUID, PromptVersion]:
    rows = PromptVersion.objects.filter(prompt__in=prompts).order_by("prompt", "-number").distinct("prompt")
    return {version.prompt_id: version for version in rows}


def _version(
    entry: Entry,
    read: Assembly,
    prompt: Prompt,
    newest: PromptVersion | None,
    origin: Origin,
    by: Actor,
    at: datetime,
) -> PromptVersion:
    sizing = size(entry.bundle, _bundle(newest) if newest else None, read)
    return PromptVersion(
        prompt=prompt,
        hash=entry.bundle.hash,
        number=(newest.number if newest else 0) + 1,
        content=entry.bundle.as_json(),
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


def _fact(pushed: Pushed, origin: Origin) -> Fact:
    version = pushed.version
    payload = {"version": version.hash, "number": version.number, "commit": origin.commit}
    return Fact("prompt.pushed", version.prompt.name, payload)


def _bundle(version: PromptVersion) -> Bundle | None:
    """None: it was kept by another release of the console, and nothing is told against it."""
    try:
        return version.bundle
    except BadBundle:
        return None
