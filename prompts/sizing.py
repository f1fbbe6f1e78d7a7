"""How large a version is, and how much of it is new: counted once, as a version never changes. Pure."""

from dataclasses import dataclass

from prompts.bundle import Bundle
from prompts.diffing import changed_lines
from prompts.lint.tokens import sizes_of_bundle, whole


@dataclass(frozen=True, slots=True)
class Sizing:
    """`tokens`: of its own text at every call; None where its templates do not fit together.

    `added` and `removed`: lines against the version before; None of a first one, or where counting would take long.
    """

    tokens: int | None
    added: int | None = None
    removed: int | None = None


def size(bundle: Bundle, before: Bundle | None) -> Sizing:
    sizes = sizes_of_bundle(bundle)
    changed = changed_lines(before, bundle) if before else None
    return Sizing(whole(sizes) if sizes else None, *(changed or ()))
