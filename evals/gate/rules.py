"""How much worse is too much, and how sure the gate must be. Pure."""

from dataclasses import dataclass
from typing import Final

# Of each arm, at each look.
REPEATS: Final = (3, 5)
# The least and the most that it can be, wherever it is written.
ALPHA: Final = (0.0001, 0.5)
# What each look may spend of alpha: .03 and .02 of .05. Both would together block too often at .05 each.
_SPENT: Final = (0.6, 0.4)


@dataclass(frozen=True, slots=True)
class Rules:
    """`margin`: in points, the drop that nobody minds. `most_unmeasured`: the share of answers without a score."""

    margin: float = 5.0
    alpha: float = 0.05
    most_unmeasured: float = 0.02

    def __post_init__(self) -> None:
        if not 0 < self.margin <= 100:
            raise ValueError(f"margin: {self.margin:g}; allowed is more than 0 and at most 100 points.")
        if not ALPHA[0] <= self.alpha <= ALPHA[1]:
            raise ValueError(f"alpha: {self.alpha:g}; allowed is from {ALPHA[0]:g} to {ALPHA[1]:g}.")

    def alpha_at(self, look: int) -> float:
        return round(self.alpha * _SPENT[look - 1], 12)
