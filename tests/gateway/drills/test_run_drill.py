"""Every gateway is asked once, and what comes back decides."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from gateway.drills import running
from gateway.drills.asking import Answered, Reached
from gateway.drills.running import run_drill
from gateway.models import Chain, ChainDrill
from gateway.services import Member, declare_chain
from tenants.actors import SYSTEM
from tenants.models import Process
from tests.conftest import NOW

MINI, LARGE = "acme-ai/mini", "acme-ai/large"


def good(process: str) -> Answered:
    return Answered(process, call="c", failed=MINI, served=LARGE, hops=((MINI, "drill"),), ms=12)


class Gateways:
    """Each connection goes to the next one of these."""

    def __init__(self, *reached: Reached) -> None:
        self._reached, self.asked = list(reached), 0

    def __call__(self, known: Collection[str]) -> Reached:
        place, self.asked = self.asked % len(self._reached), self.asked + 1
        found = self._reached[place]
        return Reached(found.process_id, None) if found.process_id in known else found


@pytest.fixture
def drill(chain: Chain, gateways: list[Process]) -> ChainDrill:
    return ChainDrill.objects.create(chain=chain, started_at=NOW, started_by="Ada", total=2)


def reached(gateway: Process, answered: Answered | None = None) -> Reached:
    return Reached(str(gateway.pk), answered or good(gateway.name))


def test_it_passes_when_another_model_answered_on_every_gateway(drill: ChainDrill, gateways: list[Process]) -> None:
    one, two = gateways
    run_drill(drill, Gateways(reached(one), reached(one), reached(two)))
    drill.refresh_from_db()
    assert (drill.passed, drill.trouble, drill.outcome) == (True, "", "passed")
    assert [(each["process"], each["served"], each["hops"]) for each in drill.answers] == [
        ("gateway-1", LARGE, [[MINI, "drill"]]),
        ("gateway-2", LARGE, [[MINI, "drill"]]),
    ]


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        (
            Answered("gateway-1", failed=MINI, error="502 no_model_answered: nobody"),
            "gateway-1: 502 no_model_answered: nobody.",
        ),
        (Answered("gateway-1", served=MINI), "gateway-1: acme-ai/mini answered, and nobody was made to fail."),
        (
            Answered("gateway-1", failed=MINI, served=MINI),
            "gateway-1: acme-ai/mini was made to fail, and no other model answered.",
        ),
        (
            Answered("gateway-1", failed=MINI),
            "gateway-1: acme-ai/mini was made to fail, and no other model answered.",
        ),
    ],
)
def test_one_gateway_that_fails_is_named(
    drill: ChainDrill, gateways: list[Process], answered: Answered, said: str
) -> None:
    one, two = gateways
    run_drill(drill, Gateways(reached(one, answered), reached(two)))
    drill.refresh_from_db()
    assert (drill.passed, drill.trouble) == (False, said)
    assert len(drill.answers) == 2


def test_a_gateway_that_was_never_reached_is_missed(drill: ChainDrill, gateways: list[Process]) -> None:
    run_drill(drill, Gateways(reached(gateways[0])))
    drill.refresh_from_db()
    assert (drill.passed, drill.trouble) == (False, "1 of 2 gateways were reached.")


def test_each_gateway_is_paid_for_once(drill: ChainDrill, gateways: list[Process]) -> None:
    run_drill(drill, Gateways(*[reached(gateways[0])] * 5, reached(gateways[1])))
    drill.refresh_from_db()
    assert len(drill.answers) == 2


def test_one_that_does_not_know_the_key_yet_is_asked_again(
    drill: ChainDrill, gateways: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_PAUSE", 0.0)
    early = Answered("gateway-1", error="it does not know invalid_api_key yet", is_not_yet_known=True)
    one, two = gateways
    run_drill(drill, Gateways(reached(one, early), reached(one), reached(two)))
    drill.refresh_from_db()
    assert (drill.passed, len(drill.answers)) == (True, 2)


def test_a_gateway_that_is_away_ends_it(drill: ChainDrill) -> None:
    gone = Gateways(Reached("", Answered("", error="the gateway could not be reached")))
    run_drill(drill, gone)
    drill.refresh_from_db()
    assert drill.trouble == "A gateway: the gateway could not be reached."
    assert gone.asked == 1


def test_what_breaks_it_leaves_no_drill_under_way(drill: ChainDrill) -> None:
    def broken(known: Collection[str]) -> Reached:
        raise RuntimeError

    run_drill(drill, broken)
    drill.refresh_from_db()
    assert (drill.finished_at is not None, drill.trouble) == (True, "It broke off: the worker's log says why.")


def test_a_message_that_comes_twice_asks_nobody_again(drill: ChainDrill, gateways: list[Process]) -> None:
    later = datetime.now(UTC) + timedelta(minutes=1)
    ChainDrill.objects.update(held_by=uuid4(), held_until=later)
    again = Gateways(*map(reached, gateways))
    run_drill(drill, again)
    drill.refresh_from_db()
    assert (again.asked, drill.finished_at, drill.held_until) == (0, None, later)


def test_a_runner_that_lost_its_drill_writes_nothing(drill: ChainDrill, gateways: list[Process]) -> None:
    class GivenUp(Gateways):
        def __call__(self, known: Collection[str]) -> Reached:
            ChainDrill.objects.update(finished_at=NOW, trouble="given up")
            return super().__call__(known)

    run_drill(drill, GivenUp(*map(reached, gateways)))
    drill.refresh_from_db()
    assert (drill.passed, drill.trouble, drill.answers) == (False, "given up", [])


def test_it_notes_the_models_it_was_made_with(drill: ChainDrill, gateways: list[Process]) -> None:
    run_drill(drill, Gateways(*map(reached, gateways)))
    drill.refresh_from_db()
    assert drill.members == [MINI, LARGE]


def test_models_that_are_changed_while_it_runs_are_its_trouble(drill: ChainDrill, gateways: list[Process]) -> None:
    class Changed(Gateways):
        def __call__(self, known: Collection[str]) -> Reached:
            declare_chain("default", members=[Member("large"), Member("mini")], by=SYSTEM)
            return super().__call__(known)

    run_drill(drill, Changed(*map(reached, gateways)))
    drill.refresh_from_db()
    assert not drill.passed
    assert drill.trouble.startswith("The chain's models were changed meanwhile")


def test_a_drill_that_was_given_up_meanwhile_stays_so(drill: ChainDrill, gateways: list[Process]) -> None:
    ChainDrill.objects.update(finished_at=datetime.now(UTC) - timedelta(minutes=1), trouble="given up")
    run_drill(drill, Gateways(*map(reached, gateways)))
    drill.refresh_from_db()
    assert (drill.passed, drill.trouble) == (False, "given up")
