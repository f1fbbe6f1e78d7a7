"""About how many tokens a prompt's own text has. What its variables bring is not in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from prompts.bundle import Bundle, Role
from prompts.files import PromptFile
from prompts.files.template_text import without_tags
from prompts.lint.counting import Counter, counter_for, estimated
from prompts.rendering import Assembly, assemble_bundle

_AT_EVERY_CALL: Final = (Role.SYSTEM, Role.DEVELOPER)


@dataclass(frozen=True, slots=True)
class Size:
    """`template`: `messages[0]` or the path of a part; `tokens`: with all that it includes."""

    template: str
    role: Role | None
    tokens: int

    @property
    def is_at_every_call(self) -> bool:
        """Sent whoever asks, and whatever: it costs money each time."""
        return self.role in _AT_EVERY_CALL


def tokens_of(characters: int) -> int:
    """An estimate, for a text of so many characters."""
    return estimated(characters)


def sizes_of(prompt: PromptFile, model: str = "") -> tuple[Size, ...]:
    """Of each message, then of each part; none where its templates do not fit together.

    By the tokenizer of the model that it names where that is known; `model` stands for the one that its chain would.
    """
    return _sizes(prompt.bundle, prompt.assembly, counter_of(prompt.bundle, model))


def sizes_of_bundle(bundle: Bundle, read: Assembly | None = None) -> tuple[Size, ...]:
    """The same, estimated: what the console shows is one number, whatever is installed where it was counted."""
    return _sizes(bundle, read or assemble_bundle(bundle), counter_for(""))


def counter_of(bundle: Bundle, model: str = "") -> Counter:
    """By what its tokens are counted."""
    return counter_for(model or bundle.model.get("model") or "")


def whole(sizes: Iterable[Size]) -> int:
    """Of all messages: each has its parts in it."""
    return sum(size.tokens for size in sizes if size.role is not None)


def _sizes(bundle: Bundle, assembly: Assembly, counter: Counter) -> tuple[Size, ...]:
    roles = {f"messages[{index}]": each.role for index, each in enumerate(bundle.messages)}
    if counter.is_estimate:
        tokens: Mapping[str, int] = {name: estimated(size) for name, size in assembly.sizes.items()}
    else:
        tokens = _counted(assembly, counter)
    return tuple(Size(name, roles.get(name), count) for name, count in tokens.items())


def _counted(assembly: Assembly, counter: Counter) -> Mapping[str, int]:
    tokens: dict[str, int] = {}
    for name in assembly.sizes:
        _measure(name, assembly, counter, tokens)
    return {name: tokens[name] for name in assembly.sizes}


def _measure(name: str, assembly: Assembly, counter: Counter, tokens: dict[str, int]) -> int:
    if name not in tokens:
        source = assembly.sources[name]
        inner = sum(_measure(each.path, assembly, counter, tokens) for each in source.inclusions)
        tokens[name] = counter.count(without_tags(source.text)) + inner
    return tokens[name]
