"""A run whose calls are stopped: what was not asked could not be measured, and is never a bad mark."""

from collections.abc import Iterator

import pytest
from django.db.models import Q

from evals.models import Result
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.scopes import Mode
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Revision
from tenants.scope import ALL, scope
from tests.evals.loop import GOOD, WORSE, Loop, now
from tests.gateway.processes import until


@pytest.fixture(params=[Mode.REFUSE, Mode.HANDOFF, Mode.CANNED])
def stop(loop: Loop, request: pytest.FixtureRequest) -> Iterator[Stop]:
    with scope(ALL):
        order = switches.Order(target=Target.everything(), reason=Stop.Reason.DRILL, mode=request.param)
        made = switches.stop(order, by=SYSTEM, at=now()).stop
    wanted = Revision.objects.get(name="stops").number
    until(lambda: loop.gateway.get("/healthz")["stops_revision"] >= wanted)
    yield made
    with scope(ALL):
        switches.lift(made, by=SYSTEM, at=now())
    until(lambda: loop.gateway.get("/healthz")["stops_revision"] > wanted)


def test_a_stopped_case_could_not_be_measured(loop: Loop, stop: Stop) -> None:
    run = loop.run(loop.push(GOOD), loop.push(WORSE))
    results = Result.objects.of(run).asked()
    assert run.verdict == "could not measure"
    assert results.exists()
    assert set(results.values_list("passed", "score")) == {(None, None)}
    assert results.filter(Q(error__startswith="503 drill: ") | Q(error__contains=str(stop.pk))).exists()
