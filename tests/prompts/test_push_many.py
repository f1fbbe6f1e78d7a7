"""Many prompts in one push, over the API: all or none, once, in a few statements."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prompts import services
from prompts.models import Prompt, PromptVersion
from prompts.services import Entry, Origin, Pushed
from tenants import audit
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Role, Tenant
from tenants.refusals import Invalid
from tenants.scope import ALL, scope
from tests.factories import make_key, make_operator
from tests.prompts.factories import AT, make_bundle

WHO = Origin("4f1c0a9be7d2", "Ada", "Say how refunds work")


@pytest.fixture
def api(operator: Tenant) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_key(operator, role=Role.ADMIN).text}"})


def entry(name: str, text: str = "Be kind.", **more: Any) -> dict[str, Any]:
    return {"name": name, "bundle": make_bundle(text).as_data(), **more}


def push(api: Client, *entries: dict[str, Any], **more: Any) -> Any:
    order = {"prompts": entries, **more}
    return api.post("/api/v1/prompts/", order, content_type="application/json")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Not plain", "bundle": make_bundle().as_data()}, "lower-case"),
        ({"name": "b", "bundle": {"messages": []}}, "messages"),
        (entry("b", feature="nowhere"), "no feature"),
        (entry("a", "Be something else."), "there twice"),
    ],
)
def test_one_that_is_refused_keeps_none(api: Client, wrong: dict[str, Any], said: str) -> None:
    answer = push(api, entry("a"), wrong)
    assert answer.status_code in {400, 404, 422}
    assert said in answer.text
    assert not Prompt.objects.exists()


def test_what_was_there_stays_as_it_was_when_one_is_refused(api: Client) -> None:
    push(api, entry("a", description="Old."))
    push(api, entry("a", "New.", description="New."), {"name": "b", "bundle": {}})
    assert list(PromptVersion.objects.values_list("prompt__name", "prompt__description", "number")) == [
        ("a", "Old.", 1)
    ]


def test_each_has_its_answer_in_the_order_given(api: Client) -> None:
    push(api, entry("b", "one"))
    told = push(api, entry("c"), entry("b", "two"), entry("a")).json()["prompts"]
    assert [(each["name"], each["label"], each["created"]) for each in told] == [
        ("c", "v1", True), ("b", "v2", True), ("a", "v1", True),
    ]  # fmt: skip


def test_commit_author_and_message_are_those_of_every_version(api: Client) -> None:
    push(api, entry("a"), entry("b"), commit=WHO.commit, author=WHO.author, message=WHO.message)
    assert set(PromptVersion.objects.values_list("commit", "author", "message")) == {
        (WHO.commit, WHO.author, WHO.message)
    }


def test_what_is_there_already_changes_nothing_and_is_not_audited(api: Client, operator: Tenant) -> None:
    orders = [entry("a", description="Greets."), entry("b", suites=["b"])]
    push(api, *orders, source="app:prompts", complete=True)
    before = AuditEntry.objects.of(operator).count()
    again = push(api, *orders, source="app:prompts", complete=True).json()["prompts"]
    assert [each["created"] for each in again] == [False, False]
    assert AuditEntry.objects.of(operator).count() == before


def test_of_many_each_is_audited_on_a_chain_that_holds(operator: Tenant) -> None:
    services.push_all([Entry("a", make_bundle()), Entry("b", make_bundle())], origin=WHO, by=SYSTEM, at=AT)
    entries = AuditEntry.objects.of(operator).filter(action="prompt.pushed").order_by("seq")
    assert [each.object for each in entries] == ["a", "b"]
    assert audit.verify(operator.pk).holds


def test_five_hundred_take_as_many_statements_as_two(operator: Tenant, answers: Feature) -> None:
    two, many = ([Entry(f"{size}-{n}", make_bundle(str(n)), answers) for n in range(size)] for size in (2, 500))
    statements = []
    with CaptureQueriesContext(connection) as captured:
        services.push_all(two, by=SYSTEM, at=AT)
        statements.append(len(captured))
        services.push_all(many, by=SYSTEM, at=AT)
        statements.append(len(captured) - statements[0])
    assert statements[1] <= statements[0] + 5
    assert PromptVersion.objects.count() == 502


def test_a_body_of_several_megabytes_is_read(api: Client) -> None:
    answer = push(api, *(entry(f"p-{n}", f"{n} " + "Be kind. " * 10_000) for n in range(50)))
    assert (answer.status_code, PromptVersion.objects.count()) == (200, 50)


def test_a_body_that_is_too_large_is_told_with_what_may_be_sent(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prompts.api.body.LARGEST", 1_000)
    answer = push(api, entry("a", "Be kind. " * 200))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert "at most 1,000 bytes; nothing was kept" in answer.text


def test_what_is_no_json_is_refused(api: Client) -> None:
    assert api.post("/api/v1/prompts/", "{", content_type="application/json").status_code == 400


def test_more_than_a_push_may_hold_is_told(api: Client) -> None:
    answer = push(api, *([{"name": "a", "bundle": {}}] * 2_001))
    assert (answer.status_code, "2000" in answer.text) == (400, True)


def test_a_prompt_twice_in_a_push_is_refused(operator: Tenant) -> None:
    with pytest.raises(Invalid, match="there twice"):
        services.push_all([Entry("a", make_bundle("one")), Entry("a", make_bundle("two"))], by=SYSTEM, at=AT)


@pytest.fixture
def installation(committed: None) -> None:
    with scope(ALL):
        make_operator()


def push_together(together: Barrier) -> list[Pushed]:
    entries = [Entry(name, make_bundle()) for name in ("a", "b", "c")]
    try:
        with scope(ALL):
            together.wait(10)
            return services.push_all(entries, origin=WHO, by=SYSTEM, at=AT)
    finally:
        connection.close()


def test_two_runners_at_once_make_one_version_and_get_the_same_answer(installation: None) -> None:
    together = Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(push_together, [together] * 2)
    assert [each.version for each in one] == [each.version for each in other]
    assert {each.created for each in one} ^ {each.created for each in other} == {True, False}
    with scope(ALL):
        assert PromptVersion.objects.count() == 3
        assert AuditEntry.objects.filter(action="prompt.pushed").count() == 3


def test_versions_are_found_by_their_hashes_alone(api: Client) -> None:
    hashes = [push(api, entry("a", text)).json()["prompts"][0]["version"] for text in ("one", "two", "three")]
    found = api.get("/api/v1/prompts/a/versions/", {"hash": [hashes[0], hashes[2], "0" * 64]}).json()["results"]
    assert [each["hash"] for each in found] == [hashes[2], hashes[0]]
    assert len(api.get("/api/v1/prompts/a/versions/").json()["results"]) == 3


@pytest.mark.parametrize("word", ["v1", "0" * 63, "Z" * 64])
def test_what_is_no_hash_is_refused(api: Client, word: str) -> None:
    push(api, entry("a"))
    assert api.get("/api/v1/prompts/a/versions/", {"hash": word}).status_code == 400
