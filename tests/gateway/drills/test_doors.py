"""The page, the API and the command of drills."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from gateway.models import Chain, ChainDrill, DrillPlan
from tenants.models import Process, Role, User
from tests.api.conftest import AsRole, api, as_role, strangers
from tests.conftest import NOW
from tests.gateway.pages.asking import HOME, text

__all__ = ["api", "as_role", "strangers"]

ADDRESS = "/api/v1/chains/default/drills/"
ANSWER = {
    "process": "gateway-1", "call": "01900000-0000-7000-8000-000000000001", "failed": "acme-ai/mini",
    "served": "acme-ai/large", "hops": [["acme-ai/mini", "drill"]], "ms": 215, "error": "",
}  # fmt: skip


@pytest.fixture
def page(client: Client, engineer: User) -> Client:
    client.force_login(engineer)
    return client


def make_drill(chain: Chain, **values: Any) -> ChainDrill:
    fields = {"started_at": NOW, "finished_at": NOW, "started_by": "Ada", "total": 1, "passed": True}
    return ChainDrill.objects.create(chain=chain, **fields | {"answers": [ANSWER]} | values)


def test_the_button_starts_one_and_shows_it(page: Client, chain: Chain, gateways: list[Process]) -> None:
    answer = page.post("/chains/default/drill/")
    assert answer.headers["Location"] == f"{HOME}#drills"
    assert ChainDrill.objects.get().started_by == "engineer@operator.example"
    assert "Under way" in text(page)


def test_a_drill_is_shown_with_who_answered_and_its_call(page: Client, chain: Chain) -> None:
    make_drill(chain)
    assert "acme-ai/mini was made to fail, acme-ai/large answered in 215 ms" in text(page)
    assert f"/calls/{ANSWER['call']}/" in page.get(HOME).content.decode()


def test_one_of_other_models_says_that_it_proves_nothing_of_those_of_now(page: Client, chain: Chain) -> None:
    drill = make_drill(chain, members=["acme-ai/mini", "acme-ai/large"])
    assert "proves nothing" not in text(page)
    ChainDrill.objects.filter(pk=drill.pk).update(members=["acme-ai/large", "acme-ai/mini"])
    assert "It was of acme-ai/large, then acme-ai/mini: it proves nothing of the models of now." in text(page)


def test_one_that_did_not_pass_says_why(page: Client, chain: Chain) -> None:
    make_drill(chain, passed=False, trouble="gateway-1: nobody answered.", answers=[])
    assert "Not passed" in text(page)
    assert "gateway-1: nobody answered." in text(page)


def test_what_cannot_be_drilled_says_why(page: Client, chain: Chain) -> None:
    answer = page.post("/chains/default/drill/")
    assert answer.status_code == 409
    assert "No gateway is running" in answer.content.decode()


def test_the_schedule_is_set_and_told(page: Client, chain: Chain) -> None:
    page.post("/chains/default/drill-plan/", {"every": "week", "hour": "7"})
    assert (DrillPlan.objects.get().every, DrillPlan.objects.get().hour) == ("week", 7)
    assert "default is tried out weekly, on Mondays, at 07:00 UTC." in text(page)


@pytest.mark.parametrize(("every", "hour"), [("day", "24"), ("day", "noon"), ("yearly", "1")])
def test_a_schedule_that_cannot_be_is_refused(page: Client, chain: Chain, every: str, hour: str) -> None:
    assert page.post("/chains/default/drill-plan/", {"every": every, "hour": hour}).status_code == 422
    assert not DrillPlan.objects.exists()


def test_drills_as_csv_have_a_row_of_each_gateway(page: Client, chain: Chain) -> None:
    make_drill(chain)
    line = b"".join(page.get("/chains/default/drills.csv")).decode().splitlines()[-1]
    assert "acme-ai/mini:drill,acme-ai/mini: it was made to fail by a drill,acme-ai/large,215" in line


def test_a_manager_reads_and_starts_none(client: Client, manager: User, chain: Chain, gateways: list[Process]) -> None:
    make_drill(chain)
    client.force_login(manager)
    assert "Drill this chain" not in text(client)
    assert client.post("/chains/default/drill/").status_code == 403
    assert client.post("/chains/default/drill-plan/", {"every": "day", "hour": "1"}).status_code == 403


def test_the_api_starts_one_lists_them_and_reads_one(api: APIClient, chain: Chain, gateways: list[Process]) -> None:
    started = api.post(ADDRESS, {}, format="json")
    assert (started.status_code, started.data["finished_at"], started.data["total"]) == (201, None, 2)
    assert [each["id"] for each in api.get(ADDRESS).data["results"]] == [started.data["id"]]
    assert api.get(f"{ADDRESS}{started.data['id']}/").data["chain"] == "default"
    assert api.post(ADDRESS, {}, format="json").status_code == 409


def test_the_api_tells_codes_and_words_and_the_models_it_was_made_with(api: APIClient, chain: Chain) -> None:
    make_drill(chain, members=["acme-ai/mini", "acme-ai/large"])
    [drill] = api.get(ADDRESS).data["results"]
    assert (drill["members"], drill["is_current"]) == (["acme-ai/mini", "acme-ai/large"], True)
    [answer] = drill["answers"]
    assert (answer["hops"], answer["told"]) == (
        [["acme-ai/mini", "drill"]],
        ["acme-ai/mini: it was made to fail by a drill"],
    )


def test_the_api_plans_them(api: APIClient, chain: Chain) -> None:
    address = "/api/v1/chains/default/drill-plan/"
    assert api.get(address).data == {"every": "", "hour": None}
    assert api.put(address, {"every": "day", "hour": 4}, format="json").data == {"every": "day", "hour": 4}
    assert api.put(address, {"every": "often"}, format="json").status_code == 400
    assert api.put(address, {"every": ""}, format="json").data == {"every": "", "hour": None}


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}01900000-0000-7000-8000-000000000001/"])
def test_what_is_not_there_is_not_found(api: APIClient, operator: Any, address: str) -> None:
    assert api.get(address).status_code == 404


def test_a_role_that_may_not_change_starts_none(as_role: AsRole, chain: Chain, gateways: list[Process]) -> None:
    assert as_role(Role.MANAGER).post(ADDRESS, {}, format="json").status_code == 403
    assert as_role(Role.MANAGER).get(ADDRESS).status_code == 200


def test_strangers_see_nothing_of_them(strangers: APIClient, chain: Chain) -> None:
    make_drill(chain)
    assert json.loads(strangers.get(ADDRESS).content)["error"]["code"] == "permission_denied"
