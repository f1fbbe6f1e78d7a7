"""Which models a prompt's calls are asked of, and which of these are stopped."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.models import ChainMember, Model
from killswitch.scopes import road_keys
from prompts.models import Prompt, PromptVersion, Release

_CHOOSES: Final = ("chain", "model")

# What stops one model: its own key and that of its provider.
type Keys = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Roads:
    """`chains`: by what a version names, `the chain default` or a model, what it asks. `stopped`: keys."""

    chains: Mapping[str, Collection[Keys]]
    stopped: Collection[str]

    def are_on(self, key: str) -> bool:
        return any(key in keys for models in self.chains.values() for keys in models)

    def effect(self, key: str) -> str:
        """What becomes of its calls when this is stopped: `another model of the chain default answers`."""
        asked = {name: models for name, models in self.chains.items() if any(key in keys for keys in models)}
        dry = [name for name, models in asked.items() if all(self._is_stopped(keys) for keys in models)]
        if dry:
            return f"no other model is left in {' and '.join(dry)}, so calls are refused"
        return f"another model of {' and '.join(asked)} answers"

    def _is_stopped(self, keys: Keys) -> bool:
        return any(key in self.stopped for key in keys)


def roads_of(prompt: Prompt, also: Collection[PromptVersion], *, stopped: Collection[str]) -> Roads:
    """Of what is served of it somewhere, and of these. A version that names neither is asked what the caller names."""
    served = Release.objects.filter(prompt=prompt).lasting().values("version")
    versions = [*PromptVersion.objects.filter(pk__in=served), *also]
    names = {str(each.bundle.model[word]) for each in versions for word in _CHOOSES if each.bundle.model.get(word)}
    return Roads(_models(names), stopped)


def _models(names: Collection[str]) -> Mapping[str, Collection[Keys]]:
    found: dict[str, list[Keys]] = defaultdict(list)
    members = ChainMember.objects.filter(chain__slug__in=names).order_by("chain__slug", "position")
    for chain, provider, model in members.values_list("chain__slug", "model__provider__slug", "model__slug"):
        found[f"the chain {chain}"].append(road_keys(provider, model))
    # A chain's name wins over a model's.
    alone = Model.objects.filter(slug__in=[name for name in names if f"the chain {name}" not in found])
    for model, provider in alone.values_list("slug", "provider__slug"):
        found[model].append(road_keys(provider, model))
    return dict(sorted(found.items()))
