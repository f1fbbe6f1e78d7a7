"""Scores on a chain's page, a suite asked of one member, and the swap of a model, step by step."""

import json
from functools import partial
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from aiops.celery import app
from evals.models import Run, SuiteVersion
from gateway.models import Chain, ChainMember
from gateway.services import Member, declare_chain, declare_model
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.api.conftest import api, as_role
from tests.evals.factories import make_suite
from tests.evals.parity.factories import CASES, make_answers, make_chain
from tests.gateway.pages.asking import HOME, text, words
from tests.gateway.pages.test_list import make_drill
from tests.prompts.factories import make_release, make_version

__all__ = ["api", "as_role"]

SWAP = "/chains/default/swap/"


@pytest.fixture
def page(client: Client, engineer: User) -> Client:
    client.force_login(engineer)
    return client


@pytest.fixture
def chain(operator: Tenant) -> Chain:
    return make_chain("first", "second")


@pytest.fixture
def version(chain: Chain) -> PromptVersion:
    found = make_version()
    make_release(found)
    return found


@pytest.fixture
def suite(version: PromptVersion) -> SuiteVersion:
    return make_suite(cases=CASES)


def members() -> list[tuple[str, int]]:
    rows = ChainMember.objects.filter(chain__slug="default").order_by("position")
    return list(rows.values_list("model__slug", "first_percent"))


def step(page: Client, name: str, model: str, **typed: str) -> Any:
    shown = page.get(SWAP, {"model": model}).context["shown"]
    return page.post(SWAP, {"step": name, "model": model, "shown": shown} | typed)


def test_each_member_has_its_rate_with_its_range_and_whether_it_holds(
    page: Client, chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    make_answers(suite, version, "first", [3] * CASES)
    make_answers(suite, version, "second", [3] * CASES)
    said = text(page)
    assert "100.0% (97–100) Holds" in said
    assert "It passes as often as the first" in said


def test_a_second_model_is_proven_once_it_holds_and_answered_in_a_drill(
    page: Client, chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    make_answers(suite, version, "first", [3] * CASES)
    make_answers(suite, version, "second", [3] * CASES)
    assert "Second model never tried out" in text(page)
    assert "Never tried out second: good enough on its suites" in text(page, "/chains/")
    make_drill(chain, passed=False, members=chain.labels())
    assert "Second model did not pass its drill" in text(page)
    make_drill(chain, passed=True, members=chain.labels())
    assert "Second model proven" in text(page)
    declare_model("third", provider="acme-ai", by=SYSTEM)
    declare_chain("default", members=[Member("first"), Member("second"), Member("third")], by=SYSTEM)
    assert "Second model never tried out" in text(page)


@pytest.mark.parametrize("part", ["scores", "drills"])
def test_what_is_fetched_anew_brings_whether_a_second_is_proven(
    page: Client, chain: Chain, suite: SuiteVersion, part: str
) -> None:
    answer = page.get(HOME, headers={"HX-Request": "true", "HX-Target": part}).content.decode()
    assert '<span id="second" hx-swap-oob="true">' in answer
    assert "No proven second model" in words(answer)


def test_what_was_not_measured_is_no_zero_and_no_pass(page: Client, chain: Chain, suite: SuiteVersion) -> None:
    said = text(page)
    assert "No proven second model" in said
    assert "no data Not measured Never asked of it alone on welcome v1." in said
    assert "0.0%" not in said.partition("Could the others stand in?")[2].partition("Drills")[0]


def test_a_suite_is_asked_of_one_member_by_a_button(
    page: Client, chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    page.post("/chains/default/suite/", {"suite": "welcome", "model": "second"})
    run = Run.objects.get()
    assert (run.kind, run.model, run.head, run.suite) == ("model", "second", version, suite)
    assert run.results.count() == CASES * 5
    assert "Asking: 0 of 200" in text(page)
    page.post("/chains/default/suite/", {"suite": "welcome", "model": "second"})
    assert Run.objects.count() == 1


def test_while_the_queue_is_away_nothing_is_asked_then_or_later(
    page: Client, chain: Chain, suite: SuiteVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "connection_for_write", partial(app.connection_for_write, "redis://127.0.0.1:9"))
    answer = page.post("/chains/default/suite/", {"model": "second"})
    assert answer.status_code == 503
    said = words(answer.content.decode())
    assert "so nothing was started" in said
    assert "queue_away" not in said
    assert not Run.objects.exists()


@pytest.mark.parametrize("sent", [{"suite": "other", "model": "second"}, {"suite": "welcome", "model": "nobody"}, {}])
def test_what_cannot_be_asked_is_refused(page: Client, chain: Chain, suite: SuiteVersion, sent: dict[str, str]) -> None:
    assert page.post("/chains/default/suite/", sent).status_code == 422
    assert not Run.objects.exists()


def test_a_manager_asks_nothing_and_swaps_nothing(
    client: Client, manager: User, chain: Chain, suite: SuiteVersion
) -> None:
    client.force_login(manager)
    assert client.post("/chains/default/suite/", {"suite": "welcome", "model": "second"}).status_code == 403
    assert step(client, "promote", "second").status_code == 403
    assert "Make it first" not in text(client, f"{SWAP}?model=second")


def test_a_run_page_says_which_model_answered(
    page: Client, chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    run = make_answers(suite, version, "second", [3] * CASES)
    assert "v1 as second answers it" in text(page, f"/evals/runs/{run.pk}/")
    assert "by second" in text(page, "/evals/")


def test_a_model_joins_at_the_end_and_begins_for_nobody(page: Client, chain: Chain) -> None:
    declare_model("third", provider="acme-ai", by=SYSTEM)
    answer = step(page, "join", "third")
    assert answer.headers["Location"] == f"{SWAP}?model=third#step-join"
    assert members() == [("first", 0), ("second", 0), ("third", 0)]


def test_it_is_asked_first_for_a_share_then_for_all_and_taken_back(page: Client, chain: Chain) -> None:
    step(page, "canary", "second", percent="5")
    assert members() == [("first", 0), ("second", 5)]
    assert "It is asked first for 5% of the calls" in text(page, f"{SWAP}?model=second")
    step(page, "promote", "second")
    assert members() == [("second", 0), ("first", 0)]
    step(page, "back", "second")
    assert members() == [("first", 0), ("second", 0)]


def test_going_back_from_a_canary_leaves_the_order(page: Client, chain: Chain) -> None:
    step(page, "canary", "second", percent="50")
    step(page, "back", "second")
    assert members() == [("first", 0), ("second", 0)]


@pytest.mark.parametrize("percent", ["", "101", "a few", "-1"])
def test_a_share_that_cannot_be_is_said_beside_it_and_stays_typed(page: Client, chain: Chain, percent: str) -> None:
    answer = step(page, "canary", "second", percent=percent)
    assert answer.status_code == 422
    assert "Enter a whole number from 1 to 100" in words(answer.content.decode())
    assert f'autocomplete="off" value="{percent}"' in answer.content.decode()
    assert members() == [("first", 0), ("second", 0)]


@pytest.mark.parametrize(("name", "model"), [("join", "second"), ("canary", "third"), ("promote", "third")])
def test_a_step_that_cannot_be_taken_changes_nothing(page: Client, chain: Chain, name: str, model: str) -> None:
    declare_model("third", provider="acme-ai", by=SYSTEM)
    assert step(page, name, model, percent="5").status_code == 422
    assert members() == [("first", 0), ("second", 0)]


def test_a_step_on_what_was_changed_meanwhile_is_not_taken(page: Client, chain: Chain) -> None:
    shown = page.get(SWAP, {"model": "second"}).context["shown"]
    declare_chain("default", members=[Member("first", timeout_seconds=9), Member("second")], by=SYSTEM)
    answer = page.post(SWAP, {"step": "promote", "model": "second", "shown": shown})
    assert answer.status_code == 409
    assert "first, time 60 s → 9 s" in words(answer.content.decode())
    assert members() == [("first", 0), ("second", 0)]


@pytest.mark.parametrize("sent", [{"step": "leap", "shown": "{}"}, {"step": "promote", "shown": "nonsense"}])
def test_a_step_that_is_none_is_refused(page: Client, chain: Chain, sent: dict[str, str]) -> None:
    assert page.post(SWAP, sent | {"model": "second"}).status_code == 422


def test_a_model_that_is_not_there_cannot_be_picked(page: Client, chain: Chain) -> None:
    assert page.get(SWAP, {"model": "nobody"}).status_code == 404


def test_all_its_suites_are_asked_at_once_and_the_way_leads_back(
    page: Client, chain: Chain, suite: SuiteVersion
) -> None:
    back = f"{SWAP}?model=second#step-suites"
    answer = page.post("/chains/default/suite/", {"model": "second", "back": back})
    assert answer.headers["Location"] == back
    assert Run.objects.get().model == "second"


def test_it_leads_to_no_other_site(page: Client, chain: Chain, suite: SuiteVersion) -> None:
    sent = {"model": "second", "back": "//evil.example/chains/"}
    assert page.post("/chains/default/suite/", sent).headers["Location"] == f"{HOME}#scores"


def test_the_api_tells_each_score_and_whether_a_second_is_proven(
    api: APIClient, chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    make_answers(suite, version, "first", [3] * CASES)
    found = json.loads(api.get("/api/v1/chains/default/parity/").content)
    assert (found["proven"], found["lacks"]) == (False, "no second model is proven (second: not measured)")
    [first, second] = found["members"]
    assert (first["standing"], first["scores"][0]["pass_rate"]) == ("first", 1.0)
    assert (second["standing"], second["scores"][0]["pass_rate"]) == ("not measured", None)
    assert api.get("/api/v1/chains/nothing/parity/").status_code == 404


def test_the_api_starts_a_run_of_a_model(
    api: APIClient, chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    order = {"suite": "welcome", "head": "v1", "model": "second"}
    started = json.loads(api.post("/api/v1/runs/", order, format="json").content)
    assert (started["kind"], started["model"]) == ("model", "second")
