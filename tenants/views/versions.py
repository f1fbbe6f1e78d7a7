"""What the hashes of the installation's own entries are called: versions of prompts and of suites."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from evals.models import SuiteVersion
from prompts.models import PromptVersion


@dataclass(frozen=True, slots=True)
class Labels:
    """By hash, then by what has such a version: two prompts may have the same content under different numbers."""

    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, owner: str) -> Mapping[str, str]:
        """Of an entry whose object is called `owner`; what is not clear has none."""
        found = {each: names.get(owner) or _only(names.values()) for each, names in self.known.items()}
        return {each: label for each, label in found.items() if label}


def labels_of(hashes: Collection[str]) -> Labels:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    prompts = PromptVersion.objects.filter(hash__in=hashes).values_list("hash", "prompt__name", "number")
    suites = SuiteVersion.objects.filter(hash__in=hashes).values_list("hash", "suite__name", "number")
    for digest, name, number in prompts:
        found[digest][name] = f"v{number}"
    for digest, name, number in suites:
        found[digest][name] = f"#{number}"
    return Labels(found)


def _only(labels: Collection[str]) -> str:
    return next(iter(labels)) if len(set(labels)) == 1 else ""
