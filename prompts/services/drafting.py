"""What a push brings, reckoned before anything is locked: a rollback never waits for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from prompts.bundle import BadBundle, Bundle
from prompts.models import PromptVersion
from prompts.rendering import Assembly
from prompts.services.fitting import read_templates
from prompts.sizing import Sizing, size
from tenants.models import Feature


@dataclass(frozen=True, slots=True)
class Entry:
    """A prompt as its file says it."""

    name: str
    bundle: Bundle
    feature: Feature | None = None
    description: str = ""
    suites: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that is kept if its content is not there yet."""

    name: str
    hash: str
    content: str
    sizing: Sizing
    # The newest version, which `sizing` was counted against; None: there was none.
    before: UUID | None


def draft_all(entries: Sequence[Entry]) -> list[Draft]:
    """In their order. Of what is there already, sizes are those that it was kept with.

    Raises Invalid for what no rendering gets past.
    """
    hashes = {entry.name: entry.bundle.hash for entry in entries}
    there, newest = _there(hashes), _newest(hashes.keys())
    read = read_templates({entry.name: entry.bundle for entry in entries if entry.name not in there})
    return [
        _known(there[entry.name], newest[entry.name])
        if entry.name in there
        else _draft(entry, hashes[entry.name], read[entry.name], newest.get(entry.name))
        for entry in entries
    ]


def _known(there: PromptVersion, newest: PromptVersion) -> Draft:
    sizing = Sizing(there.tokens, there.lines_added, there.lines_removed)
    return Draft(there.prompt.name, there.hash, "", sizing, newest.pk)


def _draft(entry: Entry, digest: str, read: Assembly, newest: PromptVersion | None) -> Draft:
    sizing = size(entry.bundle, _bundle(newest) if newest else None, read)
    return Draft(entry.name, digest, entry.bundle.as_json(), sizing, newest.pk if newest else None)


def _there(hashes: Mapping[str, str]) -> dict[str, PromptVersion]:
    rows = PromptVersion.objects.filter(prompt__name__in=hashes.keys(), hash__in=hashes.values()).defer("content")
    return {row.prompt.name: row for row in rows.select_related("prompt") if hashes[row.prompt.name] == row.hash}


def _newest(names: Collection[str]) -> dict[str, PromptVersion]:
    rows = PromptVersion.objects.filter(prompt__name__in=names).order_by("prompt", "-number").distinct("prompt")
    return {row.prompt.name: row for row in rows.select_related("prompt")}


def _bundle(version: PromptVersion) -> Bundle | None:
    """None: it was kept by another release of the console, and nothing is told against it."""
    try:
        return version.bundle
    except BadBundle:
        return None
