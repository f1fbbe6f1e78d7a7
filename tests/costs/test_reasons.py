"""One vocabulary of why attempts came to nothing."""

import pytest

from costs.reason_words import REASONS
from costs.reasons import COOLDOWN, NOT_ASKED, HopReason, was_asked


def test_each_has_words() -> None:
    assert set(HopReason) <= set(REASONS)


@pytest.mark.parametrize("reason", [*sorted(NOT_ASKED), f"429{COOLDOWN}", f"timeout{COOLDOWN}"])
def test_what_was_passed_over_was_not_asked(reason: str) -> None:
    assert not was_asked(reason)


@pytest.mark.parametrize("reason", ["", "429", "500", "timeout", "cut", "context_overflow", "unverified"])
def test_whatever_else_was(reason: str) -> None:
    assert was_asked(reason)
