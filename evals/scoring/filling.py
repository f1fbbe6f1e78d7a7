"""Templates filled in by the process beside: what a suite asks for may take very long."""

from collections.abc import Mapping
from typing import Any

from evals.scoring import bounded
from evals.scoring.templates import OPENINGS


async def rendered(value: Any, variables: Mapping[str, Any]) -> Any:
    """Texts, also those of a list, with the variables put in; an object stays as it is. Raises CannotTell."""
    listed = value if isinstance(value, list | tuple) else [value]
    return await _done("rendered", value, variables) if any(map(_is_template, listed)) else value


async def settled(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables with those in them, without their one last line break. Raises CannotTell when it is too much."""
    found = {name: each.removesuffix("\n") if isinstance(each, str) else each for name, each in variables.items()}
    if any(map(_is_template, found.values())):
        found = await _done("settled", found)
    return found


async def _done(name: str, *arguments: Any) -> Any:
    return await bounded.in_thread(bounded.call, name, *arguments)


def _is_template(value: Any) -> bool:
    return isinstance(value, str) and any(opening in value for opening in OPENINGS)
