"""About how many tokens a prompt's own text has. What its variables bring is not in it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from prompts.bundle import Bundle, Role
from prompts.files import PromptFile
from prompts.rendering import assemble_bundle

# Of English prose; what a tokenizer makes of it differs by model.
_CHARACTERS_A_TOKEN: Final = 4
_STANDING: Final = (Role.SYSTEM, Role.DEVELOPER)


@dataclass(frozen=True, slots=True)
class Size:
    """`template`: `messages[0]` or the path of a part; `tokens`: with all that it includes."""

    template: str
    role: Role | None
    tokens: int

    @property
    def is_standing(self) -> bool:
        """Sent at every call, whoever asks."""
        return self.role in _STANDING


def tokens_of(characters: int) -> int:
    return math.ceil(characters / _CHARACTERS_A_TOKEN)


def sizes_of(prompt: PromptFile) -> tuple[Size, ...]:
    return sizes_of_bundle(prompt.bundle)


def sizes_of_bundle(bundle: Bundle) -> tuple[Size, ...]:
    """Of each message, then of each part; none where its templates do not fit together."""
    roles = {f"messages[{index}]": each.role for index, each in enumerate(bundle.messages)}
    sizes = assemble_bundle(bundle).sizes
    return tuple(Size(name, roles.get(name), tokens_of(characters)) for name, characters in sizes.items())


def whole(sizes: Iterable[Size]) -> int:
    """Of all messages: each has its parts in it."""
    return sum(size.tokens for size in sizes if size.role is not None)
