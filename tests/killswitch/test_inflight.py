from uuid import UUID, uuid4

from killswitch.guard import ActiveStop, targets_of, tenant_feature_target, tenant_target
from killswitch.inflight import Inflight

ACME, GLOBEX, ANSWERS, DRAFTS = (uuid4() for _ in range(4))


def stop_of(target: str) -> ActiveStop:
    return ActiveStop(uuid4(), target, "looking", "AI is paused.")


def register(inflight: Inflight, tenant: UUID, feature: UUID, name: str, cut: list[str]) -> int:
    return inflight.register(targets_of(tenant, feature), lambda stop: cut.append(name))


def test_a_stop_cuts_the_calls_under_it_and_no_other() -> None:
    inflight, cut = Inflight(), []
    register(inflight, ACME, ANSWERS, "acme answers", cut)
    register(inflight, ACME, DRAFTS, "acme drafts", cut)
    register(inflight, GLOBEX, ANSWERS, "globex answers", cut)
    assert inflight.cut(stop_of(tenant_feature_target(ACME, ANSWERS))) == 1
    assert cut == ["acme answers"]
    assert inflight.cut(stop_of(tenant_target(ACME))) == 2


def test_a_call_that_ended_is_not_cut() -> None:
    inflight, cut = Inflight(), []
    ticket = register(inflight, ACME, ANSWERS, "acme answers", cut)
    inflight.forget(ticket, targets_of(ACME, ANSWERS))
    assert (inflight.cut(stop_of(tenant_target(ACME))), cut, inflight.count) == (0, [], 0)
