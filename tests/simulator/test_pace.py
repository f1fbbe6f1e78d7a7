"""What a call can ask of the simulator beside a fault."""

import pytest

from aiops.simulator.completions import answer_to
from aiops.simulator.faults import QUICK, Behaviour


def cached(question: str, share: float) -> int:
    behaviour = Behaviour.parse({"cached": share}, QUICK)
    answer = answer_to({"messages": [{"role": "user", "content": question}]}, behaviour)
    found: int = answer.usage["prompt_tokens_details"]["cached_tokens"]
    return found


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (0.5, 1024), (1.0, 2048), (7.0, 2048), (-1.0, 0)])
def test_a_warm_cache_holds_its_share_of_a_long_prompt_in_whole_blocks(share: float, expected: int) -> None:
    assert cached("word " * 1640, share) == expected


def test_a_short_prompt_is_never_cached() -> None:
    assert cached("How do I send a parcel back?", 1.0) == 0
