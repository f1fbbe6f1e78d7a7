"""Read what prompts are served where, and which versions may be pinned. Compiled texts are kept by their hash."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final
from uuid import UUID

from gateway.config import Prompt, PromptVersion
from prompts import models
from prompts.bundle import BadBundle, Bundle
from prompts.rendering import BadTemplate, Compiled, compile_bundle

# Newest first; of a prompt with a longer history what is live, and was, is still known.
_KEPT: Final = 50

type Report = Callable[[str], None]


def load_prompts(report: Report) -> dict[str, Prompt]:
    served = _served()
    rows = _versions({version for versions in served.values() for version in versions})
    by_prompt: defaultdict[str, list[models.PromptVersion]] = defaultdict(list)
    for row in rows:
        by_prompt[row.prompt.name].append(row)
    live = _live()
    return {name: _prompt(name, found, served, live, report) for name, found in by_prompt.items()}


def _prompt(
    name: str,
    rows: Iterable[models.PromptVersion],
    served: Mapping[UUID, Mapping[UUID, frozenset[str]]],
    live: Mapping[tuple[str, str], UUID],
    report: Report,
) -> Prompt:
    versions = {row.pk: version for row in rows if (version := _version(row, served, report))}
    serving = {environment: versions[pk] for (of, environment), pk in live.items() if of == name and pk in versions}
    return Prompt(name, serving, tuple(versions.values()))


def _version(
    row: models.PromptVersion, served: Mapping[UUID, Mapping[UUID, frozenset[str]]], report: Report
) -> PromptVersion | None:
    try:
        compiled = _compiled(row.hash, row.content)
    except (BadBundle, BadTemplate) as fault:
        report(f"prompt {row.prompt} {row}: {fault}")
        return None
    environments = served.get(row.prompt_id, {}).get(row.pk, frozenset())
    return PromptVersion(row.hash, str(row), compiled, environments)


@lru_cache(maxsize=2000)
def _compiled(hash: str, content: str) -> Compiled:
    return compile_bundle(Bundle.from_json(content))


def _served() -> dict[UUID, dict[UUID, frozenset[str]]]:
    """By prompt and version: the environments that have ever served it."""
    found: defaultdict[UUID, dict[UUID, frozenset[str]]] = defaultdict(dict)
    rows = models.Release.objects.values_list("prompt_id", "version_id", "environment").distinct()
    for prompt, version, environment in rows:
        found[prompt][version] = found[prompt].get(version, frozenset()) | {environment}
    return found


def _live() -> dict[tuple[str, str], UUID]:
    rows = models.Release.objects.current().values_list("prompt__name", "environment", "version_id")
    return {(name, environment): version for name, environment, version in rows}


def _versions(served: set[UUID]) -> list[models.PromptVersion]:
    newest = models.PromptVersion.objects.newest(_KEPT)
    rows = models.PromptVersion.objects.select_related("prompt").order_by("prompt_id", "-number")
    return list(rows.filter(pk__in=newest.values("pk")) | rows.filter(pk__in=served))
