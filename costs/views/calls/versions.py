"""Versions of prompts as calls name them, by hash, and as people do: welcome@v17."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from prompts.models import PromptVersion

_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Label:
    prompt: str
    version: str

    def __str__(self) -> str:
        return f"{self.prompt}@{self.version}"


def find_hash(word: str, *, knows_prompts: bool) -> str | None:
    """A hash or the beginning of one; a name only for those who may see the prompts, which are the operator's."""
    prompt, at_sign, version = word.rpartition("@")
    if at_sign and knows_prompts:
        named = PromptVersion.objects.filter(prompt__name=prompt).named(version)
        found: str | None = named.values_list("hash", flat=True).first()
        return found
    return word if len(word) >= 8 and _HEX.issuperset(word) else None


def labels_of(hashes: Collection[str]) -> Mapping[str, Label]:
    """The same content may be a version of more than one prompt: then the newest names it."""
    known = PromptVersion.objects.filter(hash__in={each for each in hashes if each}).order_by("pushed_at")
    return {
        digest: Label(name, f"v{number}")
        for digest, name, number in known.values_list("hash", "prompt__name", "number")
    }
