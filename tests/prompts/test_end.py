"""A prompt that is served there no more."""

import pytest

from prompts.models import Release
from tenants.models import AuditEntry, Tenant
from tenants.refusals import Conflict
from tests.prompts.factories import go_back, lanes, make_end, make_release, make_version


def test_nobody_is_served_it_there_and_elsewhere_it_goes_on(operator: Tenant) -> None:
    version = make_version()
    make_release(version)
    make_release(version, "staging")
    ended = make_end()
    assert (ended.before, ended.release.kind, ended.release.percent) == (version, Release.Kind.END, 0)
    assert (lanes(), lanes("staging")) == ((None, None), ("v1", None))


def test_a_tenant_gets_what_everybody_gets(operator: Tenant, acme: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two, tenant=acme)
    make_end(tenant=acme)
    assert (lanes(tenant=acme), lanes()) == ((None, None), ("v1", None))


def test_a_tenants_own_version_outlives_everybodys(operator: Tenant, acme: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two, tenant=acme)
    make_end()
    assert (lanes(tenant=acme), lanes()) == (("v2", None), (None, None))


def test_a_tenants_canary_beside_everybodys_ends_with_that(operator: Tenant, acme: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two, tenant=acme, percent=50)
    make_end()
    assert lanes(tenant=acme) == (None, None)


def test_a_tenants_canary_can_be_ended_alone(operator: Tenant, acme: Tenant) -> None:
    make_release(make_version("one"))
    make_release(make_version("two"), tenant=acme, percent=50)
    assert make_end(tenant=acme).release.is_canary
    assert lanes(tenant=acme) == (None, None)


def test_a_rollback_brings_it_back(operator: Tenant, acme: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two, tenant=acme)
    make_end(tenant=acme)
    make_end()
    go_back(tenant=acme)
    go_back()
    assert (lanes(tenant=acme), lanes()) == (("v2", None), ("v1", None))


def test_it_can_be_released_anew(operator: Tenant) -> None:
    version = make_version()
    make_release(version)
    make_end()
    assert make_release(version).before is None
    assert lanes() == ("v1", None)


@pytest.mark.parametrize("times", [0, 1])
def test_where_nothing_is_served_there_is_nothing_to_end(operator: Tenant, times: int) -> None:
    version = make_version()
    [(make_release(version), make_end()) for _ in range(times)]
    with pytest.raises(Conflict, match="is not released to production: there is nothing to end"):
        make_end()


def test_it_is_audited(operator: Tenant) -> None:
    make_release(make_version())
    make_end(note="Nobody uses it.")
    entry = AuditEntry.objects.of(operator).latest("seq")
    assert (entry.action, "Nobody uses it." in (entry.payload or "")) == ("prompt.ended", True)
