"""What an environment serves of what a branch removes: a file that is gone stops nothing."""

from collections.abc import Iterator, Mapping, Sequence

from aiops.cli.evals.asking import Asking, Failed
from aiops.cli.plain import plain

type Live = Mapping[str, Mapping[str, str]]


def live_on(console: Asking) -> Live:
    """By prompt: each environment's version. Raises Failed."""
    return {prompt["name"]: prompt["live"] for prompt in console.pages("prompts/", limit=1000)}


def still_served(removed: Sequence[str], live: Live, environment: str) -> Iterator[str]:
    for name in removed:
        version = live.get(name, {}).get(environment)
        if version:
            yield plain(f"{name} was removed, but {environment} goes on serving its version {version[:10]}.")


def served_of_removed(removed: Sequence[str], environment: str) -> list[str]:
    """Where nothing else asks the console: without one it is not known, and that is no fault of the branch."""
    try:
        return list(still_served(removed, live_on(Asking.connect()), environment))
    except Failed as fault:
        return [plain(f"Whether {environment} goes on serving what was removed is not known. {fault.detail}")]
