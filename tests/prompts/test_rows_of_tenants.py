"""PostgreSQL itself keeps a tenant's releases from other tenants, whatever a query forgets."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection, transaction

from prompts import services
from prompts.models import PlannedRelease, PromptVersion, Release
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tests.prompts.factories import AT, make_plan, make_release, make_version

# `None`: everybody's.
type Owned[Row] = dict[Tenant | None, Row]


@pytest.fixture
def version(operator: Tenant) -> PromptVersion:
    return make_version()


@pytest.fixture
def releases(version: PromptVersion, acme: Tenant, globex: Tenant) -> Owned[Release]:
    return {whose: make_release(version, tenant=whose).release for whose in (None, acme, globex)}


@pytest.fixture
def plans(version: PromptVersion, acme: Tenant, globex: Tenant) -> Owned[PlannedRelease]:
    return {whose: make_plan(version, tenant=whose) for whose in (None, acme, globex)}


@pytest.fixture
def unscoped(releases: object, plans: object) -> Iterator[None]:
    """As a connection is that nobody has told for whom it asks."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.tenants = ''")
        yield
        cursor.execute("SET LOCAL app.tenants = '*'")


def test_a_tenant_sees_its_own_and_everybodys(
    releases: Owned[Release], plans: Owned[PlannedRelease], acme: Tenant, globex: Tenant
) -> None:
    with scope([acme.pk]):
        assert set(Release.objects.all()) == {releases[None], releases[acme]}
        assert set(PlannedRelease.objects.all()) == {plans[None], plans[acme]}
    with scope([acme.pk, globex.pk]):
        assert set(Release.objects.all()) == set(releases.values())


def test_in_no_tenants_scope_everybodys_alone_is_seen(releases: Owned[Release], plans: Owned[PlannedRelease]) -> None:
    with scope(()):
        assert (Release.objects.get(), PlannedRelease.objects.get()) == (releases[None], plans[None])


@pytest.mark.usefixtures("unscoped")
def test_outside_of_any_scope_everybodys_alone_is_seen(releases: Owned[Release], plans: Owned[PlannedRelease]) -> None:
    assert (Release.objects.get(), PlannedRelease.objects.get()) == (releases[None], plans[None])


def test_over_all_everything_is_seen(releases: Owned[Release], plans: Owned[PlannedRelease]) -> None:
    assert (Release.objects.count(), PlannedRelease.objects.count()) == (3, 3)


def test_a_tenant_releases_nothing_to_others(version: PromptVersion, acme: Tenant, globex: Tenant) -> None:
    told = {"prompt": version.prompt, "version": version, "environment": "staging", "kind": "release", "made_at": AT}
    with scope([acme.pk]):
        for_all, theirs = Release(**told, number=1), Release(**told, number=1, tenant=globex)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            for_all.save()
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            theirs.save()
        Release.objects.create(**told, number=1, tenant=acme)


def test_what_is_not_a_tenants_it_does_not_change(plans: Owned[PlannedRelease], acme: Tenant, globex: Tenant) -> None:
    with scope([acme.pk]):
        others = PlannedRelease.objects.filter(pk__in=[plans[None].pk, plans[globex].pk])
        assert (others.update(note="mine"), others.delete()[0]) == (0, 0)
    assert PlannedRelease.objects.filter(note="").count() == 3


def test_what_a_tenant_is_served_is_found_by_whoever_may_ask(releases: Owned[Release], globex: Tenant) -> None:
    with scope(()), scope(ALL):
        assert services.served_to(releases[None].prompt, "production", globex) == releases[globex]
