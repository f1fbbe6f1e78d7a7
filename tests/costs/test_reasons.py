"""One vocabulary of why attempts came to nothing."""

import pytest

from costs.reason_words import REASONS
from costs.reasons import COOLDOWN, NOT_ASKED, HopReason, is_reason, was_asked


def test_each_has_words_and_can_be_asked_for() -> None:
    assert set(HopReason) <= set(REASONS)
    assert all(is_reason(each) for each in REASONS if each)


@pytest.mark.parametrize("text", ["529", f"503{COOLDOWN}", "timeout"])
def test_a_status_can_be_asked_for(text: str) -> None:
    assert is_reason(text)


@pytest.mark.parametrize("text", ["", "999", "4290", "slow", COOLDOWN, "４２９"])
def test_nothing_else_can(text: str) -> None:
    assert not is_reason(text)


@pytest.mark.parametrize("reason", [*sorted(NOT_ASKED), f"429{COOLDOWN}", f"timeout{COOLDOWN}"])
def test_what_was_passed_over_was_not_asked(reason: str) -> None:
    assert not was_asked(reason)


@pytest.mark.parametrize(
    "reason",
    ["", "429", "500", "timeout", "cut", "deadline", "too_long", "stopped_at_work", "context_overflow", "unverified"],
)
def test_whatever_else_was(reason: str) -> None:
    assert was_asked(reason)
