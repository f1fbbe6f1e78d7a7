"""How large a version is, and how much of it is new: counted once, as a version never changes. Pure."""

from dataclasses import dataclass

from prompts.bundle import Bundle
from prompts.diffing import changed_lines
from prompts.lint.tokens import sizes_of_bundle, whole
from prompts.rendering import Assembly


@dataclass(frozen=True, slots=True)
class Sizing:
    """`tokens`: of its own text at every call; None where its templates do not fit together.

    `added` and `removed`: lines against the version before; None of a first one, or where counting would take long.
    """

    tokens: int | None
    added: int | None = None
    removed: int | None = None


def size(bundle: Bundle, before: Bundle | None, read: Assembly | None = None) -> Sizing:
    """`read`: its templates, if they were read already."""
    sizes = sizes_of_bundle(bundle, read)
    changed = changed_lines(before, bundle) if before else None
    return Sizing(whole(sizes) if sizes else None, *(changed or ()))
