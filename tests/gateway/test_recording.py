"""What is kept of a call, and what its caller is told."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from costs.pricing import PriceList
from costs.records import Outcome, PriceMatch
from costs.usage import Usage
from gateway.call import Call
from gateway.config import Price
from gateway.errors import BrokeOff, Busy, Gone, Leaving, Refusal, Stopped
from gateway.steps.recording import Ending, finishing, opening, told
from killswitch.guard import ActiveStop
from tests.gateway.factories import NOON, VERSION, admit, make_call, make_config, make_model
from tests.gateway.world import paid

STOP = ActiveStop(UUID(int=5), "tenant:9", "cost", "Paused.")


def make_admitted(**values: Any) -> Call:
    call = admit(make_call(config=make_config(make_model(**values)), x_aiops_user="u", x_aiops_feature="answers"))
    call.at = NOON
    return call


def test_a_call_is_priced_by_the_version_in_force_when_it_began() -> None:
    later = Price(UUID(int=8), NOON + 1, PriceList.parse({"input": "9", "output": "9"}))
    now = Price(VERSION, NOON, PriceList.parse({"input": "1", "output": "2"}))
    call = make_admitted(prices=(later, now))
    finished = finishing(call, Ending(Outcome.OK, call.route.members[0].model, Usage(input_tokens=10, output_tokens=5)))
    assert (paid(finished), finished.price_version) == (Decimal("0.00002"), VERSION)
    assert opening(call).price_version == VERSION


def test_a_call_without_a_price_has_no_cost() -> None:
    call = make_admitted(prices=())
    model = call.route.members[0].model
    finished = finishing(call, Ending(Outcome.OK, model, Usage(input_tokens=10)))
    assert (finished.cost, finished.price_match) == (None, PriceMatch.UNPRICED)
    assert b"x-aiops-cost-usd" not in dict(told(call, model, finished))


def test_a_call_that_asked_nobody_cost_nothing() -> None:
    call = make_admitted()
    finished = finishing(call, Ending.by(Stopped(STOP)))
    assert (paid(finished), finished.price_match, finished.stop_id) == (Decimal(0), PriceMatch.NOTHING_ASKED, STOP.id)
    assert (finished.model, finished.call.model, finished.call.estimated_input_tokens) == ("", "", 0)


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        (Stopped(STOP), Outcome.STOPPED),
        (BrokeOff("a/b", "timeout", "late"), Outcome.PROVIDER_ERROR),
        (Gone(), Outcome.CANCELLED),
        (Leaving(), Outcome.INTERRUPTED),
        (Busy(9), Outcome.REFUSED),
    ],
)
def test_each_end_has_its_outcome(refusal: Refusal, outcome: Outcome) -> None:
    assert Ending.by(refusal).outcome == outcome


def test_the_caller_is_told_who_was_asked_in_vain() -> None:
    call, other = make_admitted(), make_model("large")
    call.add_hop(call.route.members[0].model, status=429, began=0.0, reason="429")
    call.add_hop(other, status=200, began=0.0)
    finished = finishing(call, Ending(Outcome.OK, other, Usage()))
    assert dict(told(call, other))[b"x-aiops-fallback"] == b"acme-ai/mini-1:429"
    assert finished.fallback


def test_asking_the_same_model_again_is_no_fallback() -> None:
    call = make_admitted()
    model = call.route.members[0].model
    assert not finishing(call, Ending(Outcome.OK, model, Usage())).fallback


def test_a_second_model_that_was_only_passed_over_is_no_fallback() -> None:
    call, other = make_admitted(), make_model("large")
    model = call.route.members[0].model
    call.add_hop(model, reason="open")
    call.add_hop(other, reason="unsupported")
    call.add_hop(model, status=200, began=0.0)
    assert not finishing(call, Ending(Outcome.OK, model, Usage())).fallback
