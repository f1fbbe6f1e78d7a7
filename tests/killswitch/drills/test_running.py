"""Drills against gateways that are rows; the calls are asked of what the test says the gateway answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest

from killswitch import drills
from killswitch.drills import NotNow, last_proof, run_drill, summary_at
from killswitch.drills import trial as steps
from killswitch.drills.asking import FEATURE, Answer
from killswitch.drills.canary import canary
from killswitch.models import Drill, DrillKey, Stop
from killswitch.targets import Target
from killswitch.tasks import drill as drill_task
from killswitch.tasks import forget_what_is_old
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Feature, Process, Tenant
from tests.api.test_stops import make_gateway
from tests.killswitch.factories import stop_at

FAR = 1 << 40


class Gateway:
    """Answers as a gateway does that knows the stops of the database."""

    def __init__(self, name: str = "gateway-1") -> None:
        self.name, self.asked = name, 0

    def __call__(self) -> Answer:
        self.asked += 1
        stop = Stop.objects.active().filter(feature__slug=FEATURE).first()
        return Answer(self.name, stop=stop.pk) if stop else Answer(self.name, passed=True)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_CONFIRMED_WITHIN", 0.1)
    monkeypatch.setattr(steps, "_AGAIN_WITHIN", 0.1)
    monkeypatch.setattr(steps, "_KNOWN_WITHIN", 0.1)


@pytest.fixture
def gateway(operator: Tenant) -> Gateway:
    """One that has applied whatever comes."""
    make_gateway("gateway-1", stops_revision=FAR)
    return Gateway()


def standing() -> int:
    return Stop.objects.active().filter(feature__slug=FEATURE).count()


def test_a_drill_passes_where_every_gateway_obeys(gateway: Gateway, support: object) -> None:
    found = run_drill(by=SYSTEM, ask=gateway)
    assert (found.passed, found.trouble) == (True, "")
    assert (found.confirmed, found.total, found.reached) == (1, 1, ["gateway-1"])
    assert found.refused == found.asked > 0
    assert standing() == 0


def test_what_it_stops_is_a_feature_of_the_consoles_own(gateway: Gateway) -> None:
    run_drill(by=SYSTEM, ask=gateway)
    stop = Stop.objects.get()
    assert (stop.origin, stop.reason, stop.scope) == ("drill", "drill", "tenant_feature")
    assert stop.tenant is not None
    assert stop.tenant.is_operator
    assert stop.feature is not None
    assert stop.feature.is_own


def test_its_rows_are_in_the_operators_chain_and_no_other(gateway: Gateway, acme: Tenant, operator: Tenant) -> None:
    run_drill(by=SYSTEM, ask=gateway)
    assert AuditEntry.objects.of(operator).filter(action__startswith="stop.").count() == 2
    assert not AuditEntry.objects.of(acme).filter(action__startswith="stop.").exists()


def test_its_key_is_made_once_and_pinned(gateway: Gateway) -> None:
    run_drill(by=SYSTEM, ask=gateway)
    run_drill(by=SYSTEM, ask=gateway)
    key = DrillKey.objects.get().key
    assert key.feature == Feature.objects.get(slug=FEATURE)


def test_a_revoked_key_is_made_anew(gateway: Gateway) -> None:
    run_drill(by=SYSTEM, ask=gateway)
    before = DrillKey.objects.get().key
    before.revoked_at = datetime.now(UTC)
    before.save()
    run_drill(by=SYSTEM, ask=gateway)
    assert DrillKey.objects.get().key != before


def test_a_gateway_that_does_not_confirm_is_named(gateway: Gateway) -> None:
    make_gateway("gateway-2", stops_revision=0)
    found = run_drill(by=SYSTEM, ask=gateway)
    assert (found.passed, found.confirmed, found.total) == (False, 1, 2)
    assert "gateway-2 (late)" in found.trouble
    assert standing() == 0


def test_a_gateway_that_lost_contact_is_named(gateway: Gateway) -> None:
    lost = make_gateway("gateway-2", stops_revision=0)
    Process.objects.filter(pk=lost.pk).update(seen_at=datetime.now(UTC) - timedelta(minutes=1))
    assert "gateway-2 (no contact)" in run_drill(by=SYSTEM, ask=gateway).trouble


def test_a_gateway_that_lets_the_call_through_fails_the_drill(gateway: Gateway) -> None:
    found = run_drill(by=SYSTEM, ask=lambda: Answer("gateway-1", passed=True))
    assert (found.passed, found.refused) == (False, 0)
    assert "While it was stopped, gateway-1 let a call through." in found.trouble


def test_a_gateway_that_goes_on_refusing_fails_it_too(gateway: Gateway) -> None:
    seen: list[Answer] = []

    def remembers() -> Answer:
        seen.append(gateway() if not seen or seen[-1].passed else seen[-1])
        return seen[-1]

    found = run_drill(by=SYSTEM, ask=remembers)
    assert (found.passed, found.refused > 0) == (False, True)
    assert "Once it was lifted" in found.trouble


def test_a_gateway_that_does_not_answer_is_told_before_anything_is_stopped(gateway: Gateway) -> None:
    found = run_drill(by=SYSTEM, ask=lambda: Answer(trouble="the gateway did not answer: ConnectError"))
    assert "Before the stop, the gateway did not answer" in found.trouble
    assert not Stop.objects.exists()


def test_what_breaks_in_the_middle_leaves_nothing_stopped(gateway: Gateway) -> None:
    def breaks() -> Answer:
        assert standing() == 0, "the wire broke"
        return gateway()

    found = run_drill(by=SYSTEM, ask=breaks)
    assert (found.passed, standing()) == (False, 0)
    assert "It broke off: AssertionError." in found.trouble


def test_what_a_worker_that_died_left_stopped_is_lifted_at_the_next(gateway: Gateway, operator: Tenant) -> None:
    run_drill(by=SYSTEM, ask=gateway)
    feature = Feature.objects.get(slug=FEATURE)
    now = datetime.now(UTC)
    left = stop_at(Target.of(operator, feature), by=SYSTEM, at=now, reason="drill", origin=Stop.Origin.DRILL)
    Drill.objects.create(started_at=now - timedelta(minutes=3), started_by="gone")
    assert run_drill(by=SYSTEM, ask=gateway).passed
    left.refresh_from_db()
    assert left.state == "lifted"
    assert "ended in the middle" in Drill.objects.get(started_by="gone").trouble


def test_two_at_once_are_refused(gateway: Gateway) -> None:
    Drill.objects.create(started_at=datetime.now(UTC), started_by="another")
    with pytest.raises(NotNow, match="under way"):
        run_drill(by=SYSTEM, ask=gateway)
    assert gateway.asked == 0


def test_gateways_of_the_same_name_on_two_machines_are_both_reached(operator: Tenant) -> None:
    ids = cycle([make_gateway("gateway-1", stops_revision=FAR).pk for _ in range(2)])
    answer = Gateway()
    found = run_drill(by=SYSTEM, ask=lambda: replace(answer(), process_id=str(next(ids))))
    assert (found.passed, found.reached, found.asked) == (True, ["gateway-1", "gateway-1"], 3)


def test_one_of_two_of_the_same_name_is_not_taken_for_both(operator: Tenant) -> None:
    only, _ = (make_gateway("gateway-1", stops_revision=FAR).pk for _ in range(2))
    answer = Gateway()
    found = run_drill(by=SYSTEM, ask=lambda: replace(answer(), process_id=str(only)))
    assert (found.reached, found.asked) == (["gateway-1"], 13)


def test_without_a_gateway_there_is_nothing_to_try_out(operator: Tenant) -> None:
    with pytest.raises(NotNow, match="No gateway"):
        run_drill(by=SYSTEM)
    assert not Drill.objects.exists()


def on_everything(feature: Feature, operator: Tenant) -> Target:
    return Target.everything()


def on_the_feature(feature: Feature, operator: Tenant) -> Target:
    return Target.of(operator, feature)


@pytest.mark.parametrize("target", [on_everything, on_the_feature])
def test_what_somebody_stopped_is_neither_lifted_nor_taken_for_a_proof(
    gateway: Gateway, operator: Tenant, by_support: Actor, target: Callable[[Feature, Tenant], Target]
) -> None:
    run_drill(by=SYSTEM, ask=gateway)
    feature = Feature.objects.get(slug=FEATURE)
    theirs = stop_at(target(feature, operator), by=by_support, at=datetime.now(UTC))
    with pytest.raises(NotNow, match="could prove nothing"):
        run_drill(by=SYSTEM, ask=gateway)
    theirs.refresh_from_db()
    assert theirs.state == "active"
    assert Drill.objects.count() == 1


def test_the_last_proof_stays_beside_the_failure_after_it(gateway: Gateway) -> None:
    passed = run_drill(by=SYSTEM, ask=gateway)
    failed = run_drill(by=SYSTEM, ask=lambda: Answer(trouble="no"))
    proof = last_proof(datetime.now(UTC))
    assert proof is not None
    assert (proof.at, proof.confirmed, proof.total, proof.failed) == (passed.finished_at, 1, 1, failed)
    assert (summary_at(datetime.now(UTC)).drills, summary_at(datetime.now(UTC)).passed) == (2, 1)


def test_without_a_drill_nothing_is_proven(operator: Tenant) -> None:
    assert last_proof(datetime.now(UTC)) is None


def test_the_tasks_are_quiet_without_a_gateway_and_forget_old_drills(operator: Tenant) -> None:
    now = datetime.now(UTC)
    old = now - timedelta(days=31)
    Drill.objects.create(started_at=old, finished_at=old, started_by="long ago")
    drill_task()
    forget_what_is_old()
    assert not Drill.objects.exists()


def test_what_pages_need_is_told_by_the_package() -> None:
    assert {"last_proof", "run_drill", "summarise"} <= set(drills.__all__)


def test_a_drill_does_not_lift_what_somebody_joined(operator: Tenant, by_support: Actor) -> None:
    ours = canary()
    ours.stop()
    stop_at(ours.target, by=by_support, at=datetime.now(UTC), reason=Stop.Reason.SAFETY)
    assert ours.lift_all() is None
    assert Stop.objects.active().at(ours.target).exists()
