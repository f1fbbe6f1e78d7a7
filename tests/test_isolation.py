"""Every address of the console, asked by a stranger: a customer's own admin, who must never see another customer.

An address that is missing from this table fails the suite.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from costs.budgets import declare_budget
from integrations.models import LedgerEntry
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import ApiKey, Feature, Role, Tenant, User
from tests.conftest import NOW
from tests.costs.factories import make_finished, make_opened, record
from tests.database import lasting
from tests.factories import actor_of, make_feature, make_key, make_operator, make_tenant, make_user
from tests.integrations.factories import make_connection, make_waiting
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import make_channel
from tests.killswitch.planned.factories import make_plan
from tests.killswitch.rules.factories import a_rule

# What no answer to a stranger may hold.
NAME, NOTE = "Acme Robotics", "what nobody else may read"
OPEN, OWN, HIDDEN, STAFF = "open to all", "shows one's own only", "not there for a stranger", "staff only"


@dataclass(frozen=True)
class Address:
    kind: str
    # Arguments of the address by what acme has of them.
    takes: dict[str, str] = field(default_factory=dict)
    query: str = ""
    posts: dict[str, Any] | None = None
    deletes: bool = False


# The pages of a target, and what is sent to each.
STEPS: dict[str, dict[str, Any] | None] = {
    "detail": None,
    "proof": None,
    "off": {"reason": "looking", "expected": "0"},
    "plan": {"reason": "looking", "expected": "0", "starts_at": "2099-01-01T02:00"},
    "on": {"note": ""},
    "retry": {},
    "note": {"note": "mine"},
    "review": {"note": "mine"},
}
PLACES = {
    "switch": {"slug": "tenant"},
    "theirs": {"slug": "tenant", "scope": "system", "ref": "connection"},
    "everyone": {},
    "shared": {"scope": "shared", "ref": "feature"},
}


def switches() -> dict[str, Address]:
    return {
        f"{place}-{step}": Address(HIDDEN, takes, posts=posts)
        for place, takes in PLACES.items()
        for step, posts in STEPS.items()
    }


OFF = {"tenant": "acme", "reason": "looking"}
ADDRESSES = {
    "home": Address(OWN),
    "healthz": Address(OPEN),
    "healthz-killswitch": Address(OPEN),
    "readyz": Address(OPEN),
    "metrics": Address(OPEN),
    "prompt-schema": Address(OPEN),
    "account_login": Address(OPEN),
    "account_logout": Address(OPEN),
    "account_change_password": Address(OWN),
    "account_reauthenticate": Address(OWN),
    "account_inactive": Address(OPEN),
    "killswitch:switch-list": Address(OWN, query="?q=acme"),
    "killswitch:drill-list": Address(STAFF),
    "killswitch:drill-run": Address(STAFF, posts={}),
    "killswitch:held-adopt": Address(STAFF, {"stop_id": "stop"}, posts={}),
    "killswitch:held-release": Address(STAFF, {"stop_id": "stop"}, posts={"note": "x"}),
    "killswitch:rule-list": Address(STAFF),
    "killswitch:rule-csv": Address(STAFF),
    "killswitch:rule-detail": Address(STAFF, {"rule": "rule"}),
    "killswitch:rule-move": Address(STAFF, {"rule": "rule"}, posts={"to": "off"}),
    "killswitch:rule-limits": Address(STAFF, {"rule": "rule"}, posts={"trip": "1"}),
    "killswitch:switch-detail": Address(HIDDEN, {"slug": "tenant"}),
    "killswitch:switch-proof": Address(HIDDEN, {"slug": "tenant"}),
    "killswitch:switch-off": Address(HIDDEN, {"slug": "tenant"}, posts={"reason": "looking", "expected": "0"}),
    "killswitch:switch-on": Address(HIDDEN, {"slug": "tenant"}, posts={"note": ""}),
    "killswitch:notice-list": Address(OWN),
    "killswitch:channel-add": Address(OWN, posts={"tenant": "acme", "kind": "email", "address": "a@x.example"}),
    "killswitch:channel-change": Address(HIDDEN, {"channel_id": "channel"}, posts={"name": "mine now"}),
    "killswitch:channel-remove": Address(HIDDEN, {"channel_id": "channel"}, posts={}),
    "killswitch:channel-test": Address(HIDDEN, {"channel_id": "channel"}, posts={}),
    "killswitch:notice-again": Address(HIDDEN, {"notice_id": "notice"}, posts={}),
    "killswitch:stop-watch": Address(HIDDEN, {"stop_id": "stop"}, posts={}),
    "killswitch:plan-cancel": Address(HIDDEN, {"plan_id": "plan"}, posts={}),
    "killswitch:other-list": Address(OWN),
    "killswitch:person-find": Address(HIDDEN, {"slug": "tenant"}, query="?who=jane"),
    **{f"killswitch:{name}": address for name, address in switches().items()},
    "evals:run-list": Address(STAFF),
    "evals:run-detail": Address(STAFF, {"run_id": "run"}),
    "evals:run-progress": Address(STAFF, {"run_id": "run"}),
    "evals:run-cancel": Address(STAFF, {"run_id": "run"}, posts={}),
    "evals:run-csv": Address(STAFF, {"run_id": "run"}),
    "evals:run-between": Address(STAFF, {"suite": "prompt", "base": "prompt", "head": "prompt"}),
    "prompts:prompt-list": Address(STAFF),
    "prompts:prompt-csv": Address(STAFF),
    "prompts:prompt-detail": Address(STAFF, {"name": "prompt"}),
    "planned:plan-list": Address(STAFF),
    "planned:plan-csv": Address(STAFF),
    "planned:plan-detail": Address(STAFF, {"plan_id": "run"}),
    "planned:plan-approve": Address(STAFF, {"plan_id": "run"}, posts={}),
    "planned:plan-decline": Address(STAFF, {"plan_id": "run"}, posts={"note": "mine"}),
    "planned:plan-cancel": Address(STAFF, {"plan_id": "run"}, posts={}),
    "environments:environment-list": Address(STAFF),
    "environments:environment-protect": Address(STAFF, {"environment": "prompt"}, posts={"role": "engineer"}),
    "parts:part-list": Address(STAFF),
    "parts:part-csv": Address(STAFF),
    "parts:part-detail": Address(STAFF),
    "prompts:version-detail": Address(STAFF, {"name": "prompt", "version": "version"}),
    "prompts:version-preview": Address(STAFF, {"name": "prompt", "version": "version"}, posts={}),
    "prompts:versions-csv": Address(STAFF, {"name": "prompt"}),
    "prompts:prompt-release": Address(STAFF, {"name": "prompt"}, posts={"expected": "0"}),
    "prompts:prompt-rollback": Address(STAFF, {"name": "prompt"}, posts={"expected": "0"}),
    "prompts:prompt-end": Address(STAFF, {"name": "prompt"}, posts={"expected": "0"}),
    "prompts:prompt-canary": Address(STAFF, {"name": "prompt"}),
    "confidence:feature-list": Address(STAFF),
    "confidence:feature-detail": Address(STAFF, {"feature": "prompt"}),
    "confidence:feature-csv": Address(STAFF, {"feature": "prompt"}),
    "confidence:threshold-use": Address(STAFF, {"feature": "prompt"}, posts={}),
    "confidence:threshold-undo": Address(STAFF, {"feature": "prompt", "calibration_id": "run"}, posts={}),
    "confidence:feature-settings": Address(STAFF, {"feature": "prompt"}),
    "confidence:grounding-set": Address(STAFF, {"feature": "prompt"}, posts={}),
    "confidence:keeping-set": Address(STAFF, {"feature": "prompt"}, posts={}),
    "confidence:answers-forget": Address(STAFF, {"feature": "prompt"}, posts={}),
    "confidence:setting-undo": Address(STAFF, {"feature": "prompt", "setting": "prompt"}, posts={}),
    "confidence:feature-ask": Address(STAFF, {"feature": "prompt"}, posts={}),
    "drift:signal-list": Address(STAFF),
    "drift:signal-csv": Address(STAFF, {"suite": "prompt"}),
    "drift:alarm-close": Address(STAFF, {"alarm_id": "run"}, posts={}),
    "gateway:chain-list": Address(STAFF),
    "gateway:chain-csv": Address(STAFF),
    "gateway:chain-new": Address(STAFF, posts={}),
    "gateway:chain-detail": Address(STAFF, {"slug": "prompt"}),
    "gateway:chain-edit": Address(STAFF, {"slug": "prompt"}, posts={}),
    "gateway:chain-undo": Address(STAFF, {"slug": "prompt"}, posts={}),
    "gateway:chain-swap": Address(STAFF, {"slug": "prompt"}, posts={}),
    "gateway:suite-run": Address(STAFF, {"slug": "prompt"}, posts={}),
    "gateway:drill-run": Address(STAFF, {"slug": "prompt"}, posts={}),
    "gateway:drill-plan": Address(STAFF, {"slug": "prompt"}, posts={}),
    "gateway:drill-csv": Address(STAFF, {"slug": "prompt"}),
    "readiness:feature-list": Address(STAFF),
    "readiness:feature-csv": Address(STAFF),
    "readiness:item-list": Address(STAFF, {"feature": "prompt"}),
    "readiness:item-csv": Address(STAFF, {"feature": "prompt"}),
    "readiness:item-detail": Address(STAFF, {"feature": "prompt", "number": "item"}),
    "readiness:item-attest": Address(STAFF, {"feature": "prompt", "number": "item"}, posts={}),
    "readiness:item-except": Address(STAFF, {"feature": "prompt", "number": "item"}, posts={}),
    "readiness:attestation-withdraw": Address(STAFF, {"attestation_id": "run"}, posts={}),
    "readiness:exception-agree": Address(STAFF, {"exception_id": "run"}, posts={}),
    "readiness:exception-end": Address(STAFF, {"exception_id": "run"}, posts={}),
    "integrations:connection-list": Address(OWN, query="?q=acme"),
    "integrations:connection-csv": Address(OWN),
    "integrations:connection-add": Address(STAFF, posts={"tenant": "acme"}),
    "integrations:connection-change": Address(STAFF, {"tenant": "tenant", "slug": "connection"}, posts={"name": "x"}),
    "integrations:connection-test": Address(STAFF, {"tenant": "tenant", "slug": "connection"}, posts={}),
    "integrations:write-list": Address(OWN, query="?tenant=acme"),
    "integrations:write-csv": Address(OWN, query="?tenant=acme"),
    "integrations:write-detail": Address(HIDDEN, {"write_id": "write"}),
    "integrations:write-approve": Address(HIDDEN, {"write_id": "write"}, posts={}),
    "integrations:write-decline": Address(HIDDEN, {"write_id": "write"}, posts={}),
    "integrations:write-undo": Address(HIDDEN, {"write_id": "write"}, posts={}),
    "costs:call-list": Address(OWN),
    "costs:call-csv": Address(OWN),
    "costs:call-news": Address(OWN, query="?after=01900000-0000-7000-8000-000000000000"),
    "costs:call-detail": Address(HIDDEN, {"call_id": "call"}),
    "costs:spend": Address(OWN, query="?by=tenant"),
    "costs:spend-csv": Address(OWN, query="?by=tenant"),
    "costs:budget-list": Address(OWN, query="?q=acme"),
    "costs:budget-csv": Address(OWN, query="?q=acme"),
    "costs:budget-set": Address(STAFF, posts={"tenant": "acme", "period": "month", "kind": "hard", "amount_usd": "1"}),
    "costs:budget-remove": Address(STAFF, {"budget_id": "budget"}, posts={}),
    "tenants:audit-list": Address(OWN, query="?tenant=acme"),
    "tenants:audit-csv": Address(OWN, query="?tenant=acme"),
    "tenants:audit-verify": Address(OWN),
    "tenants:account": Address(OWN),
    "tenants:theme": Address(OPEN),
    "tenants:resume": Address(OWN),
    "tenants:find": Address(OWN, query="?q=acme"),
    "api:schema": Address(OPEN),
    "api:tenant-list": Address(OWN),
    "api:tenant-detail": Address(HIDDEN, {"slug": "tenant"}),
    "api:feature-list": Address(OWN),
    "api:feature-cache": Address(STAFF, {"slug": "prompt"}),
    "api:feature-cache-forget": Address(STAFF, {"slug": "prompt"}, posts={}),
    "api:feature-grounding": Address(STAFF, {"slug": "prompt"}),
    "api:feature-chain": Address(STAFF, {"slug": "prompt"}),
    "api:chain-detail": Address(STAFF, {"name": "prompt"}),
    "api:chain-drill-list": Address(STAFF, {"name": "prompt"}, posts={}),
    "api:chain-drill-detail": Address(STAFF, {"name": "prompt", "drill_id": "run"}),
    "api:chain-drill-plan": Address(STAFF, {"name": "prompt"}),
    "api:chain-parity": Address(STAFF, {"name": "prompt"}),
    "api:feature-detail": Address(OWN, {"slug": "feature"}),
    "api:process-list": Address(STAFF),
    "api:me": Address(OWN),
    "api:provider-list": Address(STAFF),
    "api:model-list": Address(STAFF),
    "api:chain-list": Address(STAFF),
    "api:connection-list": Address(OWN, posts={"tenant": "acme"}),
    "api:connection-detail": Address(HIDDEN, {"tenant": "tenant", "slug": "connection"}),
    "api:connection-test": Address(STAFF, {"tenant": "tenant", "slug": "connection"}, posts={}),
    "api:action-list": Address(OWN),
    "api:action-detail": Address(STAFF, {"name": "action"}, posts={"tenant": "acme", "input": {}}),
    "api:write-list": Address(OWN),
    "api:write-detail": Address(HIDDEN, {"write_id": "write"}),
    "api:write-approve": Address(HIDDEN, {"write_id": "write"}, posts={}),
    "api:write-decline": Address(HIDDEN, {"write_id": "write"}, posts={}),
    "api:write-undo": Address(HIDDEN, {"write_id": "write"}, posts={}),
    "api:budget-list": Address(OWN, posts={"tenant": "acme", "amount_usd": "1"}),
    "api:budget-detail": Address(HIDDEN, {"budget_id": "budget"}),
    "api:key-list": Address(OWN, posts={"tenant": "acme", "name": "mine now"}),
    "api:key-detail": Address(HIDDEN, {"key_id": "key"}, deletes=True),
    "api:user-list": Address(STAFF),
    "api:audit-list": Address(OWN),
    "api:audit-verify": Address(OWN),
    "api:stop-list": Address(OWN, posts=OFF),
    "api:stop-lift-target": Address(HIDDEN, posts={"tenant": "acme"}),
    "api:stop-detail": Address(HIDDEN, {"stop_id": "stop"}),
    "api:stop-lift": Address(HIDDEN, {"stop_id": "stop"}, posts={}),
    "api:stop-blast-radius": Address(HIDDEN, query="?tenant=acme"),
    "api:stop-review": Address(HIDDEN, {"stop_id": "stop"}, posts={"note": "mine now"}),
    "api:plan-list": Address(OWN, posts={**OFF, "starts_at": "2099-01-01T00:00:00Z"}),
    "api:plan-detail": Address(HIDDEN, {"plan_id": "plan"}),
    "api:plan-cancel": Address(HIDDEN, {"plan_id": "plan"}, posts={}),
    "api:stop-watch": Address(HIDDEN, {"stop_id": "stop"}, posts={}, deletes=True),
    "api:drill-list": Address(STAFF, posts={}),
    "api:stop-revision": Address(HIDDEN, {"revision": "revision"}),
    "api:rule-list": Address(STAFF),
    "api:rule-detail": Address(STAFF, {"rule": "rule"}),
    "api:rule-move": Address(STAFF, {"rule": "rule"}, posts={"to": "off"}),
    "api:rule-trips": Address(STAFF, {"rule": "rule"}),
    "api:complaint-list": Address(HIDDEN, posts={"tenant": "acme", "feature": "answers", "words": "Wrong"}),
    "api:notice-list": Address(OWN),
    "api:notice-again": Address(HIDDEN, {"notice_id": "notice"}, posts={}),
    "api:notice-channel-list": Address(
        OWN, posts={"tenant": "acme", "kind": "email", "name": "x", "address": "a@x.example"}
    ),
    "api:notice-channel-detail": Address(HIDDEN, {"channel_id": "channel"}, deletes=True),
    "api:notice-channel-test": Address(HIDDEN, {"channel_id": "channel"}, posts={}),
    "api:held-stop-list": Address(STAFF),
    "api:held-stop-adopt": Address(STAFF, {"stop_id": "stop"}, posts={}),
    "api:held-stop-release": Address(STAFF, {"stop_id": "stop"}, posts={"note": "x"}),
    "api:call-list": Address(OWN),
    "api:call-detail": Address(HIDDEN, {"call_id": "call"}),
    "api:spend": Address(OWN),
    "api:prompt-list": Address(STAFF, posts={"prompts": []}),
    "api:prompt-versions-of-all": Address(STAFF),
    "api:prompt-releases-of-all": Address(STAFF),
    "api:part-list": Address(STAFF),
    "api:part-impact": Address(STAFF),
    "api:prompt-detail": Address(STAFF, {"name": "prompt"}),
    "api:prompt-versions": Address(STAFF, {"name": "prompt"}),
    "api:prompt-version": Address(STAFF, {"name": "prompt", "version": "version"}),
    "api:prompt-version-diff": Address(STAFF, {"name": "prompt", "version": "version"}),
    "api:prompt-releases": Address(STAFF, {"name": "prompt"}),
    "api:prompt-release": Address(STAFF, {"name": "prompt"}, posts={}),
    "api:prompt-rollback": Address(STAFF, {"name": "prompt"}, posts={}),
    "api:prompt-environment-list": Address(STAFF),
    "api:prompt-environment-detail": Address(STAFF, {"environment": "prompt"}, deletes=True),
    "api:planned-release-list": Address(STAFF),
    "api:planned-release-detail": Address(STAFF, {"planned_id": "run"}),
    "api:planned-release-approve": Address(STAFF, {"planned_id": "run"}, posts={}),
    "api:planned-release-decline": Address(STAFF, {"planned_id": "run"}, posts={}),
    "api:planned-release-cancel": Address(STAFF, {"planned_id": "run"}, posts={}),
    "api:prompt-end": Address(STAFF, {"name": "prompt"}, posts={}),
    "api:prompt-canary": Address(STAFF, {"name": "prompt"}),
    "api:suite-list": Address(STAFF, posts={}),
    "api:suite-detail": Address(STAFF, {"name": "prompt"}),
    "api:run-list": Address(STAFF, posts={}),
    "api:run-detail": Address(STAFF, {"run_id": "run"}),
    "api:run-results": Address(STAFF, {"run_id": "run"}),
    "api:run-cases": Address(STAFF, {"run_id": "run"}),
    "api:run-cancel": Address(STAFF, {"run_id": "run"}, posts={}),
    "api:confidence-run-list": Address(STAFF, {"slug": "prompt"}, posts={}),
    "api:calibration-list": Address(STAFF, {"slug": "prompt"}, posts={}),
    "api:calibration-apply": Address(STAFF, {"calibration_id": "run"}, posts={}),
    "api:calibration-undo": Address(STAFF, {"calibration_id": "run"}, posts={}),
    "api:drift-signal-list": Address(STAFF),
    "api:drift-alarm-list": Address(STAFF),
    "api:drift-alarm-close": Address(STAFF, {"alarm_id": "run"}, posts={}),
    "api:readiness-list": Address(STAFF),
    "api:readiness-detail": Address(STAFF, {"feature": "prompt"}),
    "api:attestation-list": Address(STAFF, posts={}),
    "api:attestation-withdraw": Address(STAFF, {"attestation_id": "run"}, posts={}),
    "api:exception-list": Address(STAFF, posts={}),
    "api:exception-agree": Address(STAFF, {"exception_id": "run"}, posts={}),
    "api:exception-end": Address(STAFF, {"exception_id": "run"}, posts={}),
    "api:apply": Address(STAFF, posts={}),
}


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from walk(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def of_kind(*kinds: str) -> list[str]:
    return sorted(name for name, address in ADDRESSES.items() if address.kind in kinds)


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """Made once: no test changes them for another."""
    with lasting(django_db_blocker):
        acme, _ = make_tenant("acme", name="Acme Robotics"), make_tenant("globex", name="Globex Shipping")
        support = make_user("support@operator.example", Role.SUPPORT, make_operator())
        yield things_of(acme, make_feature("answers", name="Answer assistant"), actor_of(support), NOW)


@pytest.fixture
def acmes(things: dict[str, Any], everything: None) -> dict[str, Any]:
    return things


def things_of(acme: Tenant, answers: Feature, by_support: Actor, now: datetime) -> dict[str, Any]:
    """What acme has, and globex must not see: a stop with a note, a key, a write, entries in its audit chain."""
    write = make_waiting(make_connection(acme, "http://127.0.0.1:9", name=NAME), NOTE)
    # Before the channel, which hears of one thing.
    plan = make_plan(Target.of(acme), starts_at=datetime.now(UTC) + timedelta(days=1), by=by_support, note=NOTE)
    channel = make_channel(acme, "https://hooks.example/abc", at=now, name=f"{NAME} {NOTE}")
    stop = make_stop(acme, by=by_support, at=now, note=NOTE)
    call = make_finished(make_opened(tenant=acme.pk, feature=answers.pk, at=now))
    record(call)
    return {
        "tenant": "acme",
        "key": make_key(acme).key.pk,
        "stop": stop.pk,
        "plan": plan.pk,
        "revision": stop.revision,
        "rule": a_rule("model-fails", at=now).slug,
        "connection": "erp",
        "channel": channel.pk,
        "notice": channel.notices.get().pk,
        "write": write.id,
        "action": write.action,
        "call": call.call.id,
        "feature": "answers",
        "system": "connection",
        "shared": "feature",
        "prompt": "welcome",
        "version": "v1",
        "run": UUID(int=1),
        "budget": declare_budget(acme, amount_usd=Decimal(7), by=by_support, at=now).row.pk,
        "item": 23,
    }


@pytest.fixture
def strangers(client: Client, stranger: User) -> Client:
    client.force_login(stranger)
    return client


def url_of(name: str, acmes: dict[str, Any]) -> str:
    address = ADDRESSES[name]
    return reverse(name, kwargs={key: acmes[what] for key, what in address.takes.items()}) + address.query


def test_every_address_is_in_the_table() -> None:
    assert set(walk(get_resolver())) == set(ADDRESSES)


@pytest.mark.parametrize("name", of_kind(OWN, HIDDEN, STAFF))
def test_nobody_gets_in_without_login(client: Client, acmes: dict[str, Any], name: str) -> None:
    answer = client.get(url_of(name, acmes))
    assert answer.status_code in (302, 401, 403, 405)
    assert NAME.encode() not in answer.content


@pytest.mark.parametrize("name", of_kind(OPEN, OWN))
def test_a_stranger_sees_nothing_of_acme(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    answer = strangers.get(url_of(name, acmes), follow=True)
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert answer.status_code in (200, 403, 404, 405)
    assert NAME.encode() not in body
    assert NOTE.encode() not in body


@pytest.mark.parametrize("name", of_kind(HIDDEN))
def test_what_is_acmes_is_not_there_for_a_stranger(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    answer = strangers.get(url_of(name, acmes))
    assert answer.status_code in (404, 405)
    assert NAME.encode() not in answer.content


@pytest.mark.parametrize("name", of_kind(STAFF))
def test_what_is_for_staff_is_refused_to_a_stranger(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    answer = strangers.get(url_of(name, acmes))
    assert answer.status_code in (403, 405)


@pytest.mark.parametrize("name", sorted(name for name, address in ADDRESSES.items() if address.posts is not None))
def test_a_stranger_changes_nothing_of_acme(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    form = {} if name.startswith(("killswitch:", "integrations:")) else {"content_type": "application/json"}
    answer = strangers.post(url_of(name, acmes), ADDRESSES[name].posts or {}, **form)
    assert answer.status_code in (403, 404)
    assert Stop.objects.get(pk=acmes["stop"]).version == 1
    assert LedgerEntry.objects.get(id=acmes["write"]).version == 1


@pytest.mark.parametrize("name", sorted(name for name, address in ADDRESSES.items() if address.deletes))
def test_a_stranger_removes_nothing_of_acme(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    assert strangers.delete(url_of(name, acmes)).status_code == {HIDDEN: 404, STAFF: 403}[ADDRESSES[name].kind]
    assert ApiKey.objects.get(pk=acmes["key"]).revoked_at is None


@pytest.mark.parametrize(
    "name",
    [
        "killswitch:switch-list",
        "killswitch:switch-detail",
        "costs:spend",
        "tenants:find",
        "api:tenant-list",
        "api:stop-list",
    ],
)
def test_acmes_own_person_does_see_it(client: Client, acmes: dict[str, Any], viewer: User, name: str) -> None:
    client.force_login(viewer)
    answer = client.get(url_of(name, acmes))
    assert answer.status_code == 200
    assert "acme" in answer.content.decode().lower()


@pytest.mark.parametrize("name", of_kind(STAFF))
def test_an_admin_of_one_customer_is_not_one_of_all(
    client: Client, acmes: dict[str, Any], viewer: User, globex: Tenant, name: str
) -> None:
    boss = make_user("boss@globex.example", Role.ADMIN, globex)
    client.force_login(boss)
    answer = client.get(url_of(name, acmes))
    assert viewer.email.encode() not in answer.content
    assert answer.status_code in (200, 403, 404, 405)


@pytest.mark.parametrize("name", sorted(name for name, address in ADDRESSES.items() if not name.startswith("api:")))
def test_a_nul_in_an_address_is_refused_in_words(strangers: Client, acmes: dict[str, Any], name: str) -> None:
    path = url_of(name, acmes).split("?")[0]
    assert strangers.get(path + "?q=%00").status_code == 400
