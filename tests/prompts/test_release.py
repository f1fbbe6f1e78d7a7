import pytest
from django.db import DatabaseError, transaction

from prompts import services
from prompts.models import Release
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Tenant
from tenants.refusals import Conflict, Invalid
from tests.prompts.factories import AT, make_release, make_version


def live(environment: str = "production") -> str | None:
    found = services.live(services.find_prompt("welcome"), environment)
    return str(found.version) if found else None


def back(environment: str = "production", **values: object) -> str:
    prompt = services.find_prompt("welcome")
    released = services.roll_back(prompt, environment=environment, by=SYSTEM, at=AT, **values)  # type: ignore[arg-type]  # as given
    return str(released.release.version)


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


def test_going_back_twice_goes_back_by_two_and_not_forth_again(operator: Tenant) -> None:
    for text in ("one", "two", "three"):
        make_release(make_version(text))
    assert [back(), back()] == ["v2", "v1"]
    with pytest.raises(Conflict, match="nothing is before it"):
        back()


def test_one_that_was_live_twice_is_gone_back_from_twice(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    for version in (one, two, one):
        make_release(version)
    assert [back(), back()] == ["v2", "v1"]
    with pytest.raises(Conflict, match="nothing is before it"):
        back()


def test_going_back_past_some_takes_them_back_too(operator: Tenant) -> None:
    versions = [make_version(text) for text in ("one", "two", "three")]
    for version in versions:
        make_release(version)
    assert back(to=versions[0]) == "v1"
    with pytest.raises(Conflict, match="nothing is before it"):
        back()


def test_after_going_back_a_newer_one_can_go_live_and_be_taken_back_again(operator: Tenant) -> None:
    for text in ("one", "two"):
        make_release(make_version(text))
    back()
    make_release(make_version("three"))
    assert (live(), back()) == ("v3", "v1")


def test_one_that_was_live_can_be_named(operator: Tenant) -> None:
    versions = [make_version(text) for text in ("one", "two", "three")]
    for version in versions:
        make_release(version)
    assert back(to=versions[0]) == "v1"


def test_one_that_was_never_live_there_cannot(operator: Tenant) -> None:
    make_release(make_version("one"))
    with pytest.raises(Conflict, match="was never live in production"):
        back(to=make_version("two"))


def test_where_nothing_is_released_there_is_nothing_to_go_back_from(operator: Tenant) -> None:
    make_version()
    with pytest.raises(Conflict, match="is not released to staging"):
        back("staging")


def test_a_rollback_is_a_release_of_its_own(operator: Tenant) -> None:
    for text in ("one", "two"):
        make_release(make_version(text))
    back()
    kinds = Release.objects.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["release", "release", "rollback"]
    assert AuditEntry.objects.of(operator).latest("seq").action == "prompt.rolled_back"


def test_releases_are_never_changed(operator: Tenant) -> None:
    make_release(make_version())
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
        Release.objects.update(environment="staging")
