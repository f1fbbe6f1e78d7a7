"""What a prompt may weigh."""

from collections.abc import Iterator
from typing import Final

from prompts.files import Problem, PromptFile
from prompts.files.problems import error, warning
from prompts.lint.tokens import Size, sizes_of
from prompts.rules import Rule

# In all: from here on nobody can change it without breaking something else.
GIANT: Final = 8_000
_GIANT_AT_EVERY_CALL: Final = 4_000
_ONE_PIECE: Final = 2_000


def over_budget(prompt: PromptFile, model: str = "") -> Iterator[Problem]:
    sizes = sizes_of(prompt, model)
    budget = prompt.budget
    messages = [size for size in sizes if size.role is not None]
    every_call = sum(size.tokens for size in messages if size.is_at_every_call)
    yield from _over(prompt, "system_tokens", "the system messages have", every_call, budget.system_tokens)
    total = sum(size.tokens for size in messages)
    yield from _over(prompt, "total_tokens", "the messages have", total, budget.total_tokens)
    yield from _each_over(prompt, messages, "message_tokens", budget.message_tokens)
    yield from _each_over(prompt, [size for size in sizes if size.role is None], "part_tokens", budget.part_tokens)
    yield from _giant(prompt, messages, every_call)


def _giant(prompt: PromptFile, messages: list[Size], every_call: int) -> Iterator[Problem]:
    """One of three, the gravest."""
    total, is_whole = sum(size.tokens for size in messages), not prompt.bundle.parts
    largest = max(messages, key=lambda size: size.tokens, default=None)
    if total > GIANT and is_whole:
        detail = f"a giant prompt: about {total:,} tokens in one piece. Cut it into parts that can change alone."
        yield warning(*prompt.source_map.at(("messages",)), detail, Rule.GIANT)
    elif every_call > _GIANT_AT_EVERY_CALL and prompt.budget.system_tokens is None:
        detail = (
            f"a giant prompt: about {every_call:,} tokens are sent at every call. Take out what not every call needs, "
            "or say with budget.system_tokens how many there may be."
        )
        yield warning(*prompt.source_map.at(("messages",)), detail, Rule.GIANT)
    elif is_whole and largest is not None and largest.tokens > _ONE_PIECE:
        detail = (
            f"about {largest.tokens:,} tokens in one message, without parts. Cut it into parts that can change alone."
        )
        yield warning(*prompt.source_map.within(largest.template, 1), detail, Rule.ONE_PIECE)


def _over(prompt: PromptFile, name: str, what: str, tokens: int, most: int | None) -> Iterator[Problem]:
    if most is not None and tokens > most:
        detail = f"{what} about {tokens:,} tokens; budget.{name} is {most:,}."
        yield error(*prompt.source_map.at(("budget", name)), detail, Rule.OVER_BUDGET)


def _each_over(prompt: PromptFile, sizes: list[Size], name: str, most: int | None) -> Iterator[Problem]:
    for size in sizes:
        if most is not None and size.tokens > most:
            detail = f"{size.template} has about {size.tokens:,} tokens; budget.{name} is {most:,}."
            yield error(*prompt.source_map.within(size.template, 1), detail, Rule.OVER_BUDGET)
