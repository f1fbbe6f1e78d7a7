"""What one case did in both arms: the gate's only input. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """Measured runs only, and how many of them passed; an answer that could not be scored is in neither number."""

    case: str
    base_passes: int
    base_runs: int
    head_passes: int
    head_runs: int
    must_pass: bool = False

    def __post_init__(self) -> None:
        if not (0 <= self.base_passes <= self.base_runs and 0 <= self.head_passes <= self.head_runs):
            raise ValueError(f"{self.case}: passes lie between 0 and the runs of their arm.")

    @property
    def runs(self) -> int:
        return self.base_runs + self.head_runs

    @property
    def passes(self) -> int:
        return self.base_passes + self.head_passes

    @property
    def is_comparable(self) -> bool:
        """A case that one arm never answered says nothing of the difference."""
        return self.base_runs > 0 and self.head_runs > 0
