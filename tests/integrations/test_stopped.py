"""Actions under a stop, as applications meet it; every scope and mode is in tests/killswitch/matrix."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection as database
from rest_framework.test import APIClient

from costs.endusers import user_key
from integrations import services
from integrations.models import Connection, LedgerEntry
from integrations.refusals import Stopped
from killswitch import history
from killswitch.history import Change
from killswitch.models import Stop, StopEvent
from killswitch.scopes import Mode
from killswitch.targets import Target
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Feature, Revision, Tenant
from tests.integrations.asking import an_application, ask
from tests.integrations.factories import run, write
from tests.integrations.stand_in import StandIn
from tests.killswitch.factories import make_stop, stop_at

ANN = "ann@customer.example"


@pytest.fixture
def shop(acme: Tenant, answers: Feature) -> APIClient:
    return an_application(acme, feature=answers)


@pytest.mark.parametrize(("mode", "told"), [(Mode.REFUSE, {}), (Mode.HANDOFF, {"handoff": True}), (Mode.READ_ONLY, {})])
def test_the_refusal_tells_the_mode(
    shop: APIClient, acme: Tenant, allowing: Connection, by_support: Actor, now: datetime, mode: Mode, told: Any
) -> None:
    stop = make_stop(acme, by=by_support, at=now, mode=mode)
    answer = ask(shop)
    facts = {"code": "stopped", "detail": stop.message, "stop_id": str(stop.pk), "mode": mode, **told}
    assert (answer.status_code, answer.data["error"]) == (503, facts)


def test_a_person_is_stopped_alone(
    shop: APIClient, acme: Tenant, allowing: Connection, by_support: Actor, now: datetime
) -> None:
    stop_at(Target.user(acme, user_key(acme.pk, ANN)), by=by_support, at=now)
    assert ask(shop, user=ANN).status_code == 503
    assert ask(shop, user="bob@customer.example").status_code == 200
    assert ask(shop, idempotency_key="order-2").status_code == 200


def test_the_strictest_of_several_is_told(
    shop: APIClient, acme: Tenant, allowing: Connection, answers: Feature, by_support: Actor, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now, mode=Mode.READ_ONLY)
    make_stop(acme, answers, by=by_support, at=now, mode=Mode.HANDOFF)
    assert ask(shop).data["error"]["mode"] == "handoff"


@pytest.fixture
def trying(acme: Tenant, allowing: Connection, by_support: Actor, now: datetime) -> None:
    """A rule's stop that lets a quarter pass, to see whether the trouble is over."""
    target = Target.connection(acme, allowing.pk, "erp", "ERP")
    stop = stop_at(target, by=by_support, at=now, origin=Stop.Origin.RULE)
    with revisions.changing(Revision.Name.STOPS):
        stop.admits, stop.version, stop.revision = 25, 2, revisions.bump(Revision.Name.STOPS)
        stop.save()
        history.write(stop, Change(StopEvent.Kind.JOINED, {}, stop.reason, "", by_support, now))


def test_a_rules_stop_admits_its_share(trying: None, acme: Tenant) -> None:
    assert write(acme, draw=24).state == LedgerEntry.State.DONE


def test_and_no_more(trying: None, acme: Tenant) -> None:
    with pytest.raises(Stopped):
        run(acme, draw=25)


def test_a_stop_that_comes_before_a_failed_write_is_sent_again_holds(
    shop: APIClient, allowing: Connection, acme: Tenant, by_support: Actor, tryton: StandIn, now: datetime
) -> None:
    tryton.faults.append("429")
    ask(shop)
    looked: list[str] = []

    def stop_after_the_first_look(execute: Any, sql: str, *rest: Any) -> Any:
        done = execute(sql, *rest)
        if 'FROM "killswitch_stop"' in sql and not looked:
            looked.append(sql)
            make_stop(acme, by=by_support, at=now)
        return done

    tryton.asked.clear()
    with database.execute_wrapper(stop_after_the_first_look):
        assert ask(shop).status_code == 503
    assert (len(looked), tryton.asked) == (1, [])


def test_an_undo_that_failed_is_not_held_up_the_second_time_either(
    acme: Tenant, allowing: Connection, by_support: Actor, by_engineer: Actor, tryton: StandIn, now: datetime
) -> None:
    done = write(acme)
    tryton.faults.append("429")
    failed = services.undo(done, by=by_support, at=now)
    make_stop(acme, by=by_support, at=now)
    assert services.approve(failed, by=by_engineer, at=now).state == LedgerEntry.State.DONE
