"""Ids as arguments: what cannot be one would be another address, which the console tells in words of addresses."""

from collections.abc import Callable
from uuid import UUID

import typer


def id_of(what: str) -> Callable[[str], str]:
    """`what` has its article: a write."""

    def read(text: str) -> str:
        try:
            return str(UUID(text))
        except ValueError:
            raise typer.BadParameter(f"{text!r} is not {what}'s id.") from None

    return read
