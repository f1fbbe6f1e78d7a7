"""What PostgreSQL itself refuses of a prompt, and of what protects an environment, whatever wrote it."""

import pytest
from django.db import IntegrityError, transaction

from prompts.models import Prompt, Protection
from tenants.models import Tenant
from tests.prompts.factories import AT


def test_an_orphan_of_no_repository_is_refused(operator: Tenant) -> None:
    with pytest.raises(IntegrityError, match="orphan_has_its_source"), transaction.atomic():
        Prompt.objects.create(name="welcome", orphaned_at=AT)
    made = Prompt.objects.create(name="welcome", orphaned_at=AT, source="app:prompts")
    with pytest.raises(IntegrityError, match="orphan_has_its_source"), transaction.atomic():
        Prompt.objects.filter(pk=made.pk).update(source="")


@pytest.mark.parametrize("role", ["support", "manager", "tenant_admin", "bogus", ""])
def test_an_environment_that_nobody_could_release_to_is_refused(operator: Tenant, role: str) -> None:
    with pytest.raises(IntegrityError, match="protection_role_may_release"), transaction.atomic():
        Protection.objects.create(environment="production", role=role, changed_at=AT)


@pytest.mark.parametrize("environment", ["Bad Env", "", "a_b", "production\n"])
def test_an_environment_that_no_release_can_name_is_refused(operator: Tenant, environment: str) -> None:
    with pytest.raises(IntegrityError, match="protection_environment_is_plain"), transaction.atomic():
        Protection.objects.create(environment=environment, changed_at=AT)


@pytest.mark.parametrize("role", ["engineer", "admin"])
def test_who_may_release_may_be_asked_for(operator: Tenant, role: str) -> None:
    assert Protection.objects.create(environment="eu-1", role=role, changed_at=AT).pk == "eu-1"
