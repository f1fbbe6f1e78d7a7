from uuid import UUID, uuid4

from killswitch.guard import ActiveStop
from killswitch.inflight import Inflight
from killswitch.scopes import call_keys, tenant_feature_key, tenant_key

ACME, GLOBEX, ANSWERS, DRAFTS, ANN = (uuid4() for _ in range(5))


def stop_of(target: str) -> ActiveStop:
    return ActiveStop(uuid4(), target, "looking", "AI is paused.")


def register(inflight: Inflight, tenant: UUID, feature: UUID, name: str, cut: list[str]) -> int:
    return inflight.register(call_keys(tenant, feature, ANN), lambda stop: cut.append(name))


def test_a_stop_cuts_the_calls_under_it_and_no_other() -> None:
    inflight, cut = Inflight(), []
    register(inflight, ACME, ANSWERS, "acme answers", cut)
    register(inflight, ACME, DRAFTS, "acme drafts", cut)
    register(inflight, GLOBEX, ANSWERS, "globex answers", cut)
    assert inflight.cut(stop_of(tenant_feature_key(ACME, ANSWERS))) == 1
    assert cut == ["acme answers"]
    assert inflight.cut(stop_of(tenant_key(ACME))) == 2


def test_a_call_that_ended_is_not_cut() -> None:
    inflight, cut = Inflight(), []
    ticket = register(inflight, ACME, ANSWERS, "acme answers", cut)
    inflight.forget(ticket, call_keys(ACME, ANSWERS, ANN))
    assert (inflight.cut(stop_of(tenant_key(ACME))), cut, inflight.count) == (0, [], 0)
