"""What the demo consists of: loaded once, and only looked at."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from aiops.demo import loading
from aiops.demo.cast import TENANTS
from aiops.demo.plan import plan
from costs import reports
from costs.models import Call
from gateway.models import Model
from killswitch.models import Stop
from tenants import audit, keys
from tenants.models import ApiKey, Tenant, User
from tenants.scope import ALL, scope
from tests import database
from tests.demo.starting import bootstrap

CALLS = 2000

type Demo = dict[str, Any]


@pytest.fixture(scope="module")
def demo(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home: Path = tmp_path_factory.mktemp("home")
    quick = override_settings(AIOPS_HOME=home, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), quick, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "plan", partial(plan, calls=CALLS))
        yield bootstrap("--demo")["demo"]
        database.clear()


def test_the_demo_tells_what_programs_rely_on(demo: Demo) -> None:
    assert set(demo) == {"model", "tenants", "logins"}
    assert [tenant["slug"] for tenant in demo["tenants"][:2]] == ["northwind", "brightline"]
    assert set(demo["tenants"][0]) == {"slug", "key", "features"}
    assert set(demo["logins"]) == {"support", "engineer", "manager", "admin"}


def test_the_demos_keys_and_passwords_work(demo: Demo) -> None:
    text = keys.parse(demo["tenants"][0]["key"])
    with scope(ALL):
        assert text is not None
        key = ApiKey.objects.get(pk=text.id)
        assert keys.matches(text.secret, bytes(key.secret_hash))
        assert key.tenant.slug == "northwind"
        login = demo["logins"]["support"]
        assert User.objects.get(email=login["email"]).check_password(login["password"])


def test_the_demos_model_has_a_price_and_is_simulated(demo: Demo) -> None:
    with scope(ALL):
        model = Model.objects.select_related("provider").get(slug=demo["model"])
        assert model.provider.simulated
        found = reports.calls(reports.Wanted(outcomes=["ok"]), at=datetime.now(UTC), limit=CALLS)
    assert {call["cost_usd"] is not None for call in found if call["model"] == model.upstream} == {True}


def test_all_the_calls_are_there_and_whoever_answered_is_simulated(demo: Demo) -> None:
    with scope(ALL):
        assert Call.objects.count() == len(plan(datetime.now(UTC), calls=CALLS))
        assert not Call.objects.filter(simulated=False).exclude(provider="").exists()
        assert Tenant.objects.customers().count() == len(TENANTS)


def test_the_first_two_tenants_are_neither_stopped_nor_over_budget(demo: Demo) -> None:
    with scope(ALL):
        first = Tenant.objects.filter(slug__in=["northwind", "brightline"])
        assert not Stop.objects.filter(tenant__in=first).exists()
        standings = [each for each in reports.budgets(datetime.now(UTC)) if each.budget.tenant in first]
    assert len(standings) == 2
    assert max(standing.used for standing in standings) < 1


def test_one_tenant_is_off_and_one_has_a_feature_off(demo: Demo) -> None:
    with scope(ALL):
        off = Stop.objects.active().values_list("tenant__slug", "feature__slug")
        assert set(off) == {("halden", None), ("ostra", "draft-replies")}
        assert audit.verify(Tenant.objects.get(slug="juniper").pk).holds
