"""Cases as short as they can be written."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from evals.calibration.cases import Case


def cases(*answers: tuple[float, bool]) -> list[Case]:
    """Of each answer how sure it was, and whether it was right."""
    return [
        Case(str(number), Decimal(str(round(sure, 4))), is_right) for number, (sure, is_right) in enumerate(answers)
    ]


def right(number: int, sure: float = 0.9) -> list[Case]:
    return [Case(f"right-{each}-{sure}", Decimal(str(sure)), True) for each in range(number)]


def wrong(number: int, sure: float = 0.5) -> list[Case]:
    return [Case(f"wrong-{each}-{sure}", Decimal(str(sure)), False) for each in range(number)]


def refused(number: int) -> list[Case]:
    return [Case(f"refused-{each}", Decimal("0.1"), None, refused=True) for each in range(number)]


def unmeasured(number: int) -> list[Case]:
    return [Case(f"unmeasured-{each}") for each in range(number)]


def losses(found: Iterable[Case], threshold: Decimal) -> Sequence[bool]:
    """Of each case whether it is wrong and answered, straight from the definition."""
    return [
        not case.refused and case.is_right is False and case.confidence is not None and case.confidence >= threshold
        for case in found
    ]
