"""Prompts that are no longer in the repository that they came from."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prompts import services
from prompts.models import Prompt
from prompts.services import Checkout, Entry
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Role, Tenant
from tests.factories import make_key
from tests.prompts.factories import AT, make_bundle, make_release

APP = Checkout("app:prompts")
LATER = AT + timedelta(days=1)


def push(*names: str, **more: Any) -> None:
    entries = [Entry(name, make_bundle()) for name in names]
    services.push_all(entries, **{"checkout": APP, "by": SYSTEM, "at": LATER} | more)


def orphans() -> list[str]:
    return list(Prompt.objects.filter(orphaned_at__isnull=False).order_by("name").values_list("name", flat=True))


def actions(operator: Tenant) -> list[tuple[str, str]]:
    rows = AuditEntry.objects.of(operator).filter(action__in=["prompt.orphaned", "prompt.returned"]).order_by("seq")
    return list(rows.values_list("action", "object"))


def test_what_a_complete_push_no_longer_has_is_an_orphan(operator: Tenant) -> None:
    push("a", "b")
    push("a")
    assert orphans() == ["b"]
    assert Prompt.objects.get(name="b").orphaned_at == LATER
    assert actions(operator) == [("prompt.orphaned", "b")]


def test_it_is_one_once_and_none_any_more_when_it_comes_again(operator: Tenant) -> None:
    push("a", "b")
    push("a")
    push("a", at=LATER + timedelta(days=1))
    assert Prompt.objects.get(name="b").orphaned_at == LATER
    push("a", "b")
    assert (orphans(), actions(operator)) == ([], [("prompt.orphaned", "b"), ("prompt.returned", "b")])


@pytest.mark.parametrize("more", [{"candidate": True}, {"checkout": None}, {"checkout": Checkout("other:prompts")}])
def test_branches_single_files_and_other_repositories_make_none(operator: Tenant, more: dict[str, Any]) -> None:
    push("a", "b")
    push("c", **more)
    assert orphans() == []


@pytest.mark.parametrize("more", [{"candidate": True}, {"checkout": None}])
def test_branches_and_single_files_leave_one_as_it_is(operator: Tenant, more: dict[str, Any]) -> None:
    push("a", "b")
    push("a")
    push("b", **more)
    assert (orphans(), Prompt.objects.get(name="b").source) == (["b"], APP.source)


def test_what_moved_to_another_repository_is_no_orphan_of_the_first(operator: Tenant) -> None:
    push("a", "b")
    push("b", checkout=Checkout("other:prompts"))
    push("a")
    assert orphans() == []


@pytest.fixture
def api(operator: Tenant) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_key(operator, role=Role.ADMIN).text}"})


def order(*names: str, **more: Any) -> dict[str, Any]:
    return {"prompts": [{"name": name, "bundle": make_bundle().as_data()} for name in names], **more}


def test_the_answer_and_the_list_tell_them_with_what_serves_them(api: Client) -> None:
    push("a", "b")
    make_release(services.find_version(services.find_prompt("b"), "v1"))
    told = api.post("/api/v1/prompts/", order("a", source=APP.source, complete=True), content_type="application/json")
    (orphan,) = told.json()["orphans"]
    assert (orphan["name"], orphan["live"]) == ("b", ["production"])
    a, b = api.get("/api/v1/prompts/").json()["results"]
    assert (a["source"], a["orphaned_at"], b["source"]) == (APP.source, None, APP.source)
    assert b["orphaned_at"] == orphan["since"]


def test_what_is_complete_says_of_what(api: Client) -> None:
    answer = api.post("/api/v1/prompts/", order("a", complete=True), content_type="application/json")
    assert (answer.status_code, "needs its source" in answer.text) == (400, True)
    assert not Prompt.objects.exists()
