from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants import keys, services
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant
from tenants.standings import standings
from tests.factories import make_key


def auditor(tenant: Tenant) -> str:
    return make_key(tenant, role=Role.AUDITOR).text


def test_keys_of_one_role_over_all_tenants_are_granted_the_same(operator: Tenant, now: datetime) -> None:
    one, two = auditor(operator), auditor(operator)
    found = standings([one, two], at=now)
    assert found[one] == found[two]


def test_another_role_or_one_tenant_alone_is_another_standing(operator: Tenant, acme: Tenant, now: datetime) -> None:
    every = [auditor(operator), make_key(operator, role=Role.ENGINEER).text, auditor(acme)]
    assert len(set(standings(every, at=now).values())) == 3


def test_many_are_read_as_one_is(operator: Tenant, now: datetime) -> None:
    texts = [auditor(operator) for _ in range(5)]
    with CaptureQueriesContext(connection) as for_one:
        standings(texts[:1], at=now)
    with CaptureQueriesContext(connection) as for_all:
        assert len(standings(texts, at=now)) == 5
    assert len(for_all) == len(for_one)


def test_a_revoked_key_has_none(operator: Tenant, now: datetime) -> None:
    made = make_key(operator, role=Role.AUDITOR)
    services.revoke_key(made.key, by=SYSTEM, at=now)
    assert standings([made.text], at=now) == {}


def test_an_expired_key_has_none(operator: Tenant, now: datetime) -> None:
    made = make_key(operator, role=Role.AUDITOR, expires_at=now)
    assert standings([made.text], at=now) == {}


def test_a_tenants_call_key_has_none(acme: Tenant, now: datetime) -> None:
    assert standings([make_key(acme).text], at=now) == {}


def test_the_right_id_with_another_secret_has_none(operator: Tenant, now: datetime) -> None:
    made = make_key(operator, role=Role.AUDITOR)
    forged = keys.KeyText(keys.CONSOLE, made.key.pk, keys.mint(keys.CONSOLE).secret)
    assert standings([str(forged)], at=now) == {}


@pytest.mark.parametrize("text", ["", "aiops_console_x_y_00000000", "aiops"])
def test_what_is_no_key_has_none(operator: Tenant, now: datetime, text: str) -> None:
    assert standings([text], at=now) == {}
