"""Which prompts are a feature's: those whose file names it, and those whose versions its calls name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prompts.models import Prompt, PromptVersion, Release
from prompts.models.release import ReleaseQuerySet
from readiness.facts.traffic import Traffic


@dataclass(slots=True)
class FeaturePrompts:
    prompts: list[Prompt] = field(default_factory=list)
    # What each serves to everybody in each environment.
    live: list[Release] = field(default_factory=list)
    # The newest of each prompt that was ever rolled back.
    rollbacks: list[Release] = field(default_factory=list)

    @property
    def versions(self) -> list[PromptVersion]:
        return list({release.version_id: release.version for release in self.live}.values())


def of_features(traffic: Mapping[UUID, Traffic]) -> Mapping[UUID, FeaturePrompts]:
    owners = _owners(traffic)
    prompts = {prompt.pk: prompt for prompt in Prompt.objects.order_by("name")}
    live = _by_prompt(_light().current())
    rollbacks = _by_prompt(
        _light().to_all().filter(kind=Release.Kind.ROLLBACK).order_by("prompt", "-made_at").distinct("prompt")
    )
    found: dict[UUID, FeaturePrompts] = defaultdict(FeaturePrompts)
    for pk, prompt in prompts.items():
        features = {*owners[pk], *([prompt.feature_id] if prompt.feature_id else [])}
        for feature in features:
            mine = found[feature]
            mine.prompts.append(prompt)
            mine.live += live.get(pk, [])
            mine.rollbacks += rollbacks.get(pk, [])
    return found


def _owners(traffic: Mapping[UUID, Traffic]) -> Mapping[UUID, set[UUID]]:
    """Features by the prompt that their calls name. Where two prompts have the same content, nobody can tell."""
    hashes = {version for each in traffic.values() for version in each.versions or () if version}
    named: dict[str, set[UUID]] = defaultdict(set)
    for prompt, version in PromptVersion.objects.filter(hash__in=hashes).values_list("prompt_id", "hash"):
        named[version].add(prompt)
    owners: dict[UUID, set[UUID]] = defaultdict(set)
    for feature, each in traffic.items():
        for version in each.versions or ():
            if len(named[version]) == 1:
                owners[next(iter(named[version]))].add(feature)
    return owners


def _light() -> ReleaseQuerySet:
    return Release.objects.select_related("version", "prompt").defer("version__content")


def _by_prompt(rows: ReleaseQuerySet) -> Mapping[UUID, Sequence[Release]]:
    found: dict[UUID, list[Release]] = defaultdict(list)
    for release in rows:
        found[release.prompt_id].append(release)
    return found
