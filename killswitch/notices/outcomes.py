from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try, in words that pages show."""

    is_ok: bool
    says: str
    # Trying again cannot help.
    is_final: bool = False
