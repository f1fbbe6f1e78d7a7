from typing import Any

import pytest

from aiops.simulator.faults import ALL_MODELS, QUICK, Behaviour, Faults, UnknownFault


def test_a_counted_fault_is_used_up() -> None:
    faults = Faults(QUICK)
    faults.set("mini", Behaviour("429"), count=2)
    assert [faults.take("mini").fault for _ in range(3)] == ["429", "429", ""]


def test_an_uncounted_fault_stays_until_it_is_cleared() -> None:
    faults = Faults(QUICK)
    faults.set("mini", Behaviour("500"))
    assert [faults.take("mini").fault for _ in range(3)] == ["500"] * 3
    faults.clear()
    assert faults.take("mini") == QUICK


def test_a_models_own_fault_comes_before_that_of_all() -> None:
    faults = Faults(QUICK)
    faults.set(ALL_MODELS, Behaviour("500"))
    faults.set("mini", Behaviour("429"), count=1)
    assert [faults.take(model).fault for model in ("mini", "large", "mini")] == ["429", "500", "500"]
    assert faults.listed() == [{"model": "*", "fault": "500", "count": None}]


@pytest.mark.parametrize(
    ("wanted", "behaviour"),
    [
        ({}, QUICK),
        ({"fault": "429", "retry_after": 2}, Behaviour("429", 2.0)),
        ({"fault": "slow"}, Behaviour("slow", delay_ms=3000)),
        ({"fault": "slow", "delay_ms": 5}, Behaviour("slow", delay_ms=5)),
        ({"chunks": 3, "chunk_delay_ms": 4}, Behaviour(chunks=3, chunk_delay_ms=4)),
    ],
)
def test_how_a_call_goes_is_read_from_what_was_asked(wanted: dict[str, Any], behaviour: Behaviour) -> None:
    assert Behaviour.parse(wanted, QUICK) == behaviour


def test_what_a_call_says_comes_before_what_was_set() -> None:
    assert Behaviour.parse({"delay_ms": 7}, Behaviour("500", chunk_delay_ms=9)) == Behaviour("500", None, 7, 0, 9)


def test_a_fault_that_was_set_with_its_own_delay_keeps_it() -> None:
    slow = Behaviour.parse({"fault": "slow", "delay_ms": 300}, QUICK)
    assert Behaviour.parse({}, slow).delay_ms == 300
    assert Behaviour.parse({"fault": "slow"}, slow).delay_ms == 3000


def test_an_unknown_fault_is_told_the_known_ones() -> None:
    with pytest.raises(UnknownFault, match="drop"):
        Behaviour.parse({"fault": "explode"}, QUICK)
