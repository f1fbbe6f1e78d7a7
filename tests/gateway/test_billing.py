"""What each attempt puts on the bill; together they are the cost of the call."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from costs.hops import Hop
from costs.pricing import PriceList
from costs.records import Finished, Outcome
from costs.usage import Usage
from gateway.call import Call
from gateway.config import Model, Price
from gateway.steps.recording import Ending, finishing
from tests.gateway.factories import NOON, VERSION, admit, make_call, make_config, make_model
from tests.gateway.world import paid

PRICES = (Price(VERSION, NOON, PriceList.parse({"input": "1", "output": "2", "requests": "3"})),)
FIRST, SECOND = make_model(prices=PRICES), make_model("large", prices=PRICES)
QUESTION = Usage(input_tokens=4)
USED = Usage(input_tokens=10, output_tokens=5)


@pytest.fixture
def call() -> Call:
    admitted = admit(make_call(config=make_config(FIRST), x_aiops_user="u", x_aiops_feature="answers"))
    admitted.at = NOON
    return admitted


def lose(call: Call, model: Model) -> None:
    call.lose(model, (QUESTION, True))
    call.add_hop(model, began=call.clock.ticks(), reason="timeout")


def answer(call: Call, model: Model) -> None:
    call.add_hop(model, status=200, began=call.clock.ticks())
    call.asking, call.used = model, (USED, False)


def bills(finished: Finished) -> list[Decimal]:
    return [hop.bill.cost for hop in finished.hops if hop.bill and hop.bill.cost is not None]


def test_the_only_attempt_bears_no_bill_of_its_own(call: Call) -> None:
    answer(call, FIRST)
    (hop,) = finishing(call, Ending(Outcome.OK, FIRST, USED)).hops
    assert hop.bill is None
    assert hop.began_ms is not None


def test_attempts_that_were_lost_are_on_the_bill_by_our_estimate(call: Call) -> None:
    call.add_hop(FIRST, status=429, reason="429")
    lose(call, FIRST)
    call.add_hop(FIRST, reason="connection")
    lose(call, FIRST)
    answer(call, SECOND)
    finished = finishing(call, Ending(Outcome.OK, SECOND, USED))
    assert [hop.bill and hop.bill.is_estimated for hop in finished.hops] == [None, True, None, True, False]
    assert sum(bills(finished)) == paid(finished)
    assert finished.usage == USED.plus(QUESTION, QUESTION)
    assert finished.estimated


def test_an_answer_that_was_repaired_is_paid_for_too(call: Call) -> None:
    answer(call, FIRST)
    call.spend(FIRST)
    answer(call, FIRST)
    finished = finishing(call, Ending(Outcome.OK, FIRST, USED))
    assert len(bills(finished)) == 2
    assert sum(bills(finished)) == paid(finished)


@pytest.mark.parametrize(("choose", "given"), [(lambda call: call.unspend_for(SECOND), 0), (lambda call: None, 1)])
def test_whichever_reply_is_given_has_its_own_bill(call: Call, choose: Callable[[Call], None], given: int) -> None:
    answer(call, FIRST)
    call.spend(FIRST)
    answer(call, SECOND)
    choose(call)
    assert (call.answered_by, call.used) == (given, (USED, False))
    finished = finishing(call, Ending(Outcome.OK, call.asking, USED))
    assert (finished.model, finished.provider) == finished.hops[given][:2]
    assert sum(bills(finished)) == paid(finished)


def test_a_second_question_that_failed_leaves_the_bill_to_the_first(call: Call) -> None:
    answer(call, FIRST)
    call.spend(FIRST)
    lose(call, SECOND)
    call.unspend()
    finished = finishing(call, Ending(Outcome.OK, FIRST, USED))
    assert [hop.bill and hop.bill.is_estimated for hop in finished.hops] == [False, True]
    assert sum(bills(finished)) == paid(finished)


def test_an_attempt_that_was_cut_has_its_bill(call: Call) -> None:
    lose(call, FIRST)
    call.asking = SECOND
    finished = finishing(call, Ending(Outcome.CANCELLED, SECOND, USED, estimated=True))
    assert [hop.reason for hop in finished.hops] == ["timeout", "cut"]
    assert [hop.bill and hop.bill.is_estimated for hop in finished.hops] == [True, True]
    assert sum(bills(finished)) == paid(finished)


def test_a_first_attempt_that_was_cut_is_an_attempt(call: Call) -> None:
    call.asking = FIRST
    (hop,) = finishing(call, Ending(Outcome.CANCELLED, FIRST, USED, estimated=True)).hops
    assert (hop.model, hop.reason, hop.bill) == (FIRST.upstream, "cut", None)


def test_an_attempt_without_a_price_has_a_bill_of_unknown_cost(call: Call) -> None:
    lose(call, make_model("free", prices=()))
    answer(call, SECOND)
    finished = finishing(call, Ending(Outcome.OK, SECOND, USED))
    assert finished.cost is None
    assert [hop.bill and hop.bill.cost for hop in finished.hops] == [None, Decimal("0.00302")]


def test_who_was_passed_over_is_there_at_its_moment_and_costs_nothing(call: Call) -> None:
    call.add_hop(FIRST, reason="429-cooldown")
    answer(call, SECOND)
    passed, _ = finishing(call, Ending(Outcome.OK, SECOND, USED)).hops
    assert (passed.ms, passed.bill) == (0, None)
    assert isinstance(passed, Hop)
