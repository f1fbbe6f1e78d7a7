"""What a prompt may weigh."""

from collections.abc import Iterator
from typing import Final

from prompts.files import Problem, PromptFile
from prompts.files.problems import error, warning
from prompts.lint.tokens import Size, sizes_of

_GIANT: Final = 8_000


def over_budget(prompt: PromptFile) -> Iterator[Problem]:
    sizes = sizes_of(prompt)
    budget = prompt.budget
    messages = [size for size in sizes if size.role is not None]
    standing = sum(size.tokens for size in messages if size.is_standing)
    yield from _over(prompt, "system_tokens", "the system messages have", standing, budget.system_tokens)
    total = sum(size.tokens for size in messages)
    yield from _over(prompt, "total_tokens", "the messages have", total, budget.total_tokens)
    yield from _each_over(prompt, messages, "message_tokens", budget.message_tokens)
    yield from _each_over(prompt, [size for size in sizes if size.role is None], "part_tokens", budget.part_tokens)
    if total > _GIANT and not prompt.bundle.parts:
        detail = f"a giant prompt: about {total:,} tokens in one piece. Cut it into parts that can change alone."
        yield warning(*prompt.source_map.at(("messages",)), detail)


def _over(prompt: PromptFile, name: str, what: str, tokens: int, most: int | None) -> Iterator[Problem]:
    if most is not None and tokens > most:
        detail = f"{what} about {tokens:,} tokens; budget.{name} is {most:,}."
        yield error(*prompt.source_map.at(("budget", name)), detail)


def _each_over(prompt: PromptFile, sizes: list[Size], name: str, most: int | None) -> Iterator[Problem]:
    for size in sizes:
        if most is not None and size.tokens > most:
            detail = f"{size.template} has about {size.tokens:,} tokens; budget.{name} is {most:,}."
            yield error(*prompt.source_map.within(size.template, 1), detail)
