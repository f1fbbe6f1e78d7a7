import pytest
from django.db import DatabaseError, transaction

from prompts import services
from prompts.models import Release
from tenants.models import AuditEntry, Tenant
from tenants.refusals import Conflict, Invalid
from tests.prompts.factories import make_release, make_version


def live(environment: str = "production") -> str | None:
    found = services.live(services.find_prompt("welcome"), environment)
    return str(found.version) if found else None


def test_a_release_says_what_is_served_there_and_what_was(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    assert make_release(one).before is None
    assert make_release(two).before == one
    assert (live(), live("staging")) == ("v2", None)


def test_it_is_audited_with_both_versions(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two)
    entry = AuditEntry.objects.of(operator).latest("seq")
    assert entry.action == "prompt.released"
    assert one.hash in (entry.payload or "")
    assert two.hash in (entry.payload or "")


def test_releasing_what_is_served_already_is_refused(operator: Tenant) -> None:
    version = make_version()
    make_release(version)
    with pytest.raises(Conflict, match="serves already"):
        make_release(version)


@pytest.mark.parametrize("environment", ["", "Production", "a b", "x" * 31, "production\n"])
def test_an_environment_that_cannot_be_is_refused(operator: Tenant, environment: str) -> None:
    with pytest.raises(Invalid, match="environment"):
        make_release(make_version(), environment)


def test_releases_are_never_changed(operator: Tenant) -> None:
    make_release(make_version())
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
        Release.objects.update(environment="staging")
