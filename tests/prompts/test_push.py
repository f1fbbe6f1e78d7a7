import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from prompts import services
from prompts.models import Prompt, PromptVersion
from tenants import revisions
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Revision, Tenant
from tenants.refusals import Invalid, NotFound
from tests.prompts.factories import AT, make_bundle, make_release, make_version


def test_the_same_content_is_the_same_version_however_often_it_is_pushed(operator: Tenant) -> None:
    first = services.push_version("welcome", make_bundle(), by=SYSTEM, at=AT)
    again = services.push_version("welcome", make_bundle(), by=SYSTEM, at=AT)
    assert (first.created, again.created) == (True, False)
    assert again.version == first.version
    assert first.version.hash == make_bundle().hash


def test_versions_are_numbered_as_they_come(operator: Tenant) -> None:
    versions = [make_version(text) for text in ("one", "two", "three")]
    assert [str(version) for version in versions] == ["v1", "v2", "v3"]
    assert versions[2].bundle == make_bundle("three")


def test_what_it_is_for_is_the_prompts_and_changes_no_version(operator: Tenant, answers: Feature) -> None:
    version = make_version(feature=answers, suites=["welcome"])
    assert make_version(description="Greets.") == version
    prompt = Prompt.objects.get()
    assert (prompt.description, prompt.feature, prompt.suites) == ("Greets.", None, [])


def test_a_candidate_leaves_what_is_said_of_the_prompt(operator: Tenant) -> None:
    make_version("one", description="Greets.", suites=["welcome"])
    version = make_version("two", description="Of a branch.", candidate=True)
    assert (version.prompt.description, version.prompt.suites) == ("Greets.", ["welcome"])


def test_the_first_candidate_describes_a_new_prompt(operator: Tenant) -> None:
    assert make_version(description="Greets.", candidate=True).prompt.description == "Greets."


def test_what_is_said_of_it_is_audited_when_it_changes(operator: Tenant) -> None:
    for description in ("Greets.", "Greets.", "Welcomes."):
        make_version(description=description)
    said = [entry.payload or "" for entry in AuditEntry.objects.of(operator).filter(action="prompt.described")]
    assert ["Welcomes." in payload for payload in said] == [False, True]


def test_it_is_audited_and_every_gateway_learns_of_it(operator: Tenant) -> None:
    before = revisions.number(Revision.Name.CONFIG)
    version = make_version()
    entry = AuditEntry.objects.of(operator).latest("seq")
    assert (entry.action, entry.object) == ("prompt.pushed", "welcome")
    assert version.hash in (entry.payload or "")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert revisions.number(Revision.Name.CONFIG) > before


@pytest.mark.parametrize("name", ["", "Welcome", "a@b", "a b", "x" * 101, "welcome\n"])
def test_a_name_that_cannot_be_typed_is_refused(operator: Tenant, name: str) -> None:
    with pytest.raises(Invalid, match="lower-case"):
        services.push_version(name, make_bundle(), by=SYSTEM, at=AT)


@pytest.mark.parametrize("change", [{"content": "{}"}, {"hash": "0" * 64}, {"number": 7}])
def test_a_version_is_never_changed(operator: Tenant, change: dict[str, object]) -> None:
    version = make_version()
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
        PromptVersion.objects.filter(pk=version.pk).update(**change)


def test_a_release_cannot_serve_another_prompts_text(operator: Tenant) -> None:
    made = make_release(make_version()).release
    other = make_version(name="goodbye")
    made.pk, made.number, made.version = None, 2, other
    with pytest.raises(IntegrityError, match="release_serves_its_own_prompt"), transaction.atomic():
        made.save(force_insert=True)


@pytest.mark.parametrize("word", ["v2", "hash", "beginning"])
def test_a_version_is_found_by_its_number_its_hash_or_the_beginning_of_it(operator: Tenant, word: str) -> None:
    make_version("one")
    version = make_version("two")
    words = {"v2": "v2", "hash": version.hash, "beginning": version.hash[:8]}
    assert services.find_version(version.prompt, words[word]) == version


@pytest.mark.parametrize("word", ["v9", "abc", "", "f" * 64, "v1x"])
def test_one_that_is_not_there_is_said(operator: Tenant, word: str) -> None:
    version = make_version("one")
    with pytest.raises(NotFound, match="welcome@"):
        services.find_version(version.prompt, word)
