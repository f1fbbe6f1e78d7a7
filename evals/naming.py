"""What the calls of a suite are tagged with. Pure."""

from typing import Final

_LONGEST_FEATURE: Final = 63
_PREFIX: Final = "eval-"
# Of longer ones two could share a feature, and so their stops, budgets and costs.
LONGEST_SUITE: Final = _LONGEST_FEATURE - len(_PREFIX)


def feature_of(suite: str) -> str:
    """The feature that calls of this suite are tagged with: their cost is seen apart."""
    return f"{_PREFIX}{suite}"[:_LONGEST_FEATURE].rstrip("-")
