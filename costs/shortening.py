"""Texts from outside, made to fit a record. Pure."""

from typing import Final

# Names of models, chains, environments, sources; whoever takes longer ones in should refuse them.
LONGEST_NAME: Final = 100


def shortened(text: str, most: int = LONGEST_NAME) -> str:
    # A control character would take six bytes in JSON; any other takes at most four.
    return "".join(letter if letter.isprintable() else "�" for letter in text[:most])
