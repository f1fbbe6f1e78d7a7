from uuid import UUID

import pytest

from gateway.errors import Busy, TenantBusy
from gateway.load import Load

ACME, GLOBEX, INITECH = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_tenant_gets_no_more_than_its_share() -> None:
    load = Load(most=4, most_of_a_tenant=2)
    load.enter(ACME)
    load.enter(ACME)
    with pytest.raises(TenantBusy):
        load.enter(ACME)
    load.enter(GLOBEX)


def test_a_process_takes_no_more_than_it_can() -> None:
    load = Load(most=2, most_of_a_tenant=2)
    load.enter(ACME)
    load.enter(GLOBEX)
    with pytest.raises(Busy) as caught:
        load.enter(INITECH)
    assert (b"retry-after", b"1") in caught.value.headers()


def test_a_call_that_ends_makes_room() -> None:
    load = Load(most=1, most_of_a_tenant=1)
    load.enter(ACME)
    load.leave(ACME)
    load.enter(GLOBEX)
    assert load.calls == 1


def test_one_that_was_refused_took_no_place() -> None:
    load = Load(most=9, most_of_a_tenant=1)
    load.enter(ACME)
    with pytest.raises(TenantBusy):
        load.enter(ACME)
    load.leave(ACME)
    load.enter(ACME)
