"""Names that nobody declares: `aiops-<chain>` is a chain, `aiops-auto` whatever the feature's chain is. Pure."""

from typing import Final

PREFIX: Final = "aiops-"
AUTO: Final = "aiops-auto"


def is_reserved(name: str) -> bool:
    return name.lower().startswith(PREFIX)


def alias_of(chain: str) -> str:
    return PREFIX + chain
