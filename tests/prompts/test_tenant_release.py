"""A version that one tenant gets, whatever all others get."""

import json

import pytest

from prompts import services
from prompts.models import PromptVersion, Release
from tenants.models import AuditEntry, Tenant
from tenants.refusals import Conflict
from tests.prompts.factories import go_back, lanes, make_end, make_release, make_version, told


@pytest.fixture
def versions(operator: Tenant) -> list[PromptVersion]:
    """The first is live for everybody."""
    found = [make_version(text) for text in ("one", "two", "three")]
    make_release(found[0])
    return found


def test_the_tenant_alone_gets_it(versions: list[PromptVersion], acme: Tenant, globex: Tenant) -> None:
    assert make_release(versions[1], tenant=acme).before is None
    prompt = versions[0].prompt
    assert [told(services.served(prompt, "production", who)) for who in (acme, globex, None)] == ["v2", "v1", "v1"]


def test_a_release_to_everybody_leaves_it(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], tenant=acme)
    make_release(versions[2])
    assert (lanes(tenant=acme), lanes()) == (("v2", None), ("v3", None))


def test_it_may_be_there_where_nobody_else_is_served(operator: Tenant, acme: Tenant) -> None:
    make_release(make_version(), tenant=acme)
    assert (lanes(tenant=acme), lanes()) == (("v1", None), (None, None))


def test_what_all_get_may_be_held_fast_for_a_tenant(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[0], tenant=acme)
    make_release(versions[1])
    assert lanes(tenant=acme) == ("v1", None)


def test_pressed_twice_it_is_there_once(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], tenant=acme)
    with pytest.raises(Conflict, match="welcome v2 is what acme in production serves already"):
        make_release(versions[1], tenant=acme)


def test_a_canary_of_its_own_stands_beside_what_it_gets(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], tenant=acme, percent=10)
    assert (lanes(tenant=acme), lanes()) == ((None, "v2 at 10"), ("v1", None))
    with pytest.raises(Conflict, match="is what acme in production serves already"):
        make_release(versions[0], tenant=acme, percent=10)


def test_everybodys_canary_is_another(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], percent=5)
    make_release(versions[2], tenant=acme, percent=50)
    make_release(versions[1])
    assert (lanes(tenant=acme), lanes()) == ((None, "v3 at 50"), ("v2", None))


def test_going_back_ends_it_when_nothing_is_before_it(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], tenant=acme)
    made = go_back(tenant=acme).release
    assert (made.kind, made.percent, lanes(tenant=acme), lanes()) == ("rollback", 0, (None, None), ("v1", None))
    with pytest.raises(Conflict, match="is not released to acme in production: there is nothing to go back from"):
        go_back(tenant=acme)


def test_going_back_serves_its_own_before_it(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], tenant=acme)
    make_release(versions[2], tenant=acme)
    go_back(tenant=acme)
    assert lanes(tenant=acme) == ("v2", None)
    go_back(tenant=acme)
    assert lanes(tenant=acme) == (None, None)


def test_it_may_go_back_to_what_was_everybodys_and_never_forth_again(
    versions: list[PromptVersion], acme: Tenant
) -> None:
    make_release(versions[1], tenant=acme)
    go_back(tenant=acme, to=versions[0])
    assert lanes(tenant=acme) == ("v1", None)
    go_back(tenant=acme)
    assert lanes(tenant=acme) == (None, None)


def test_without_one_of_its_own_there_is_no_way_back_that_gives_it_one(
    versions: list[PromptVersion], acme: Tenant
) -> None:
    make_release(versions[1])
    with pytest.raises(Conflict, match=r"acme has no version of its own.*v1 was never its own"):
        go_back(tenant=acme, to=versions[0])
    assert lanes(tenant=acme) == (None, None)


def test_one_of_its_own_that_ended_comes_back(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], tenant=acme)
    make_end(tenant=acme)
    go_back(tenant=acme, to=versions[1])
    assert lanes(tenant=acme) == ("v2", None)


def test_what_was_another_tenants_it_may_not_go_back_to(
    versions: list[PromptVersion], acme: Tenant, globex: Tenant
) -> None:
    make_release(versions[1], tenant=acme)
    make_release(versions[2], tenant=globex)
    with pytest.raises(Conflict, match="was never live in production"):
        go_back(tenant=acme, to=versions[2])
    with pytest.raises(Conflict, match="was never live in production"):
        go_back(to=versions[2])


def test_everybodys_way_back_leaves_it(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1])
    make_release(versions[2], tenant=acme)
    go_back()
    assert (lanes(tenant=acme), lanes()) == (("v3", None), ("v1", None))


def test_it_is_audited_with_the_tenant(versions: list[PromptVersion], operator: Tenant, acme: Tenant) -> None:
    make_release(versions[1], tenant=acme)
    entry = AuditEntry.objects.of(operator).latest("seq")
    assert (entry.action, json.loads(entry.payload or "{}")["tenant"]) == ("prompt.released", "acme")


def test_numbers_go_on_whatever_the_lane(versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], tenant=acme)
    make_release(versions[2], percent=5)
    assert list(Release.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(("tenant", "user", "expected"), [("acme", "ann", "v3"), ("globex", "ann", "v2 at 99")])
def test_who_asks_is_told_what_the_gateway_would_serve(
    versions: list[PromptVersion], acme: Tenant, globex: Tenant, tenant: str, user: str, expected: str
) -> None:
    make_release(versions[2], tenant=acme)
    make_release(versions[1], percent=99)
    whose = Tenant.objects.get(slug=tenant)
    assert told(services.served_to(versions[0].prompt, "production", whose, user)) == expected
    assert told(services.served_to(versions[0].prompt, "production", None)) == "v1"
