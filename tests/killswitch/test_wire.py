from typing import Any
from uuid import uuid4

import pytest

from killswitch.guard import ActiveStop
from killswitch.scopes import InFlight, Mode
from killswitch.wire import from_wire, to_wire

STOP = ActiveStop(uuid4(), "model:mini", "cost", "Paused.", Mode.HANDOFF, InFlight.DRAIN, 30, 5, 7)


def test_a_stop_arrives_as_it_was_sent() -> None:
    arrived = from_wire(to_wire(STOP))
    assert (arrived, arrived.version) == (STOP, 7)


@pytest.mark.parametrize(("name", "word"), [("mode", "a newer word"), ("in_flight", None)])
def test_a_word_of_a_newer_release_is_the_strictest(name: str, word: Any) -> None:
    arrived = from_wire({**to_wire(STOP), "mode": Mode.CANNED, name: word})
    assert getattr(arrived, name) == {"mode": Mode.REFUSE, "in_flight": InFlight.CUT}[name]


def test_what_is_missing_is_the_strictest() -> None:
    arrived = from_wire({"id": str(STOP.id), "target": "*", "reason": "cost", "message": "Paused."})
    assert (arrived.mode, arrived.in_flight, arrived.admits) == (Mode.REFUSE, InFlight.CUT, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"}, {"id": None}, {"target": ""}, {"target": 3}, {"target": "x" * 161}, {"message": 5},
        {"message": "a\0b"}, {"reason": None}, {"admits": "some"}, {"admits": 100}, {"admits": True}, {"admits": -1},
        {"drain_seconds": 0.5}, {"version": 1 << 31}, {"mode": []},
    ],
)  # fmt: skip
def test_what_is_no_stop_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        from_wire({**to_wire(STOP), **wrong})
