"""Prompts and suites as the console takes them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from aiops.cli.remote import Console
    from evals.suites.model import Suite
    from prompts.files import PromptFile


class Pushed(NamedTuple):
    """`orphans`: of the source of a complete push, no longer in it."""

    prompts: list[dict[str, Any]]
    orphans: list[dict[str, Any]]


def push_checkout(
    console: "Console", prompts: "Iterable[PromptFile]", origin: Mapping[str, str], source: str
) -> Pushed:
    """All or none. `source`: of which these are all prompts; empty: nobody knows."""
    whole = {"source": source, "complete": True} if source else {}
    answer = console.post("prompts/", {"prompts": [_entry(prompt) for prompt in prompts], **origin, **whole})
    # A console of the version before tells no orphans.
    return Pushed(answer["prompts"], answer.get("orphans", []))


def push_prompts(
    console: "Console", prompts: "Iterable[PromptFile]", origin: Mapping[str, str], *, candidate: bool = False
) -> list[dict[str, Any]]:
    """All or none: each with its version, and whether it is new."""
    answer = console.post(
        "prompts/", {"prompts": [_entry(prompt) for prompt in prompts], "candidate": candidate, **origin}
    )
    pushed: list[dict[str, Any]] = answer["prompts"]
    return pushed


def push_suite(console: "Console", suite: "Suite", *, candidate: bool = False) -> dict[str, Any]:
    from evals.suites import canonical  # noqa: PLC0415 - the other commands must not pay for it

    pushed: dict[str, Any] = console.post("suites/", {"suite": canonical.as_json(suite), "candidate": candidate})
    return pushed


def _entry(prompt: "PromptFile") -> dict[str, Any]:
    entry = {
        "name": prompt.name,
        "bundle": prompt.bundle.as_data(),
        "description": prompt.description,
        "suites": list(prompt.suites),
    }
    return entry | {"feature": prompt.feature} if prompt.feature else entry
