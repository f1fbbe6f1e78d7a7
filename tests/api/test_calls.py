from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from costs import recording
from costs.records import Finished, Outcome
from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.costs.factories import GROUNDING, make_finished, make_opened, make_stopped, make_unpriced

CALLS = "/api/v1/calls/"
KEYS = [
    "id",
    "created_at",
    "tenant",
    "feature",
    "user",
    "session",
    "environment",
    "model",
    "provider",
    "prompt_version",
    "prompt_choice",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "cost_usd",
    "outcome",
    "fallback",
    "latency_ms",
    "simulated",
    "confidence",
    "quotes_verified",
    "quotes_near",
    "quotes_wrong_source",
    "quotes_fabricated",
    "sources_given",
    "sources_cited",
    "retrieved_tokens",
    "uncited_tokens",
    "refusal",
    "sources",
]


@pytest.fixture
def ago() -> Any:
    now = datetime.now(UTC)
    return lambda minutes: now - timedelta(minutes=minutes)


@pytest.fixture
def recorded(acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature, ago: Any) -> list[Finished]:
    """Oldest first: acme's ok, acme's stopped, acme's unpriced by another person, globex's ok."""
    acmes = {"tenant": acme.pk, "feature": answers.pk}
    calls = [
        make_finished(make_opened(at=ago(90), **acmes)),
        make_stopped(make_opened(at=ago(30), **(acmes | {"feature": drafts.pk}))),
        make_unpriced(make_opened(at=ago(20), user="bob@acme.example", session="s-2", **acmes)),
        make_finished(make_opened(at=ago(10), tenant=globex.pk, feature=answers.pk)),
    ]
    recording.record(calls, at=ago(0))
    return calls


def ids(client: APIClient, **query: str) -> list[str]:
    answer = client.get(CALLS, query)
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["results"]]


def test_calls_come_newest_first(api: APIClient, recorded: list[Finished]) -> None:
    assert ids(api) == [str(call.call.id) for call in reversed(recorded)]


def test_a_call_has_the_keys_that_programs_rely_on(api: APIClient, recorded: list[Finished]) -> None:
    row = api.get(CALLS).json()["results"][-1]
    assert list(row) == KEYS
    assert (row["tenant"], row["feature"], row["user"]) == ("acme", "answers", "ada@example.com")
    assert (row["cost_usd"], row["outcome"], row["prompt_version"]) == ("0.0025", "ok", None)
    assert {row[name] for name in KEYS[19:]} == {None}


def test_an_unknown_cost_is_null_and_a_stopped_call_cost_nothing(api: APIClient, recorded: list[Finished]) -> None:
    rows = api.get(CALLS, {"tenant": "acme"}).json()["results"]
    assert [(row["outcome"], row["cost_usd"]) for row in rows] == [("ok", None), ("stopped", "0"), ("ok", "0.0025")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"tenant": "acme"}, [2, 1, 0]),
        ({"feature": "drafts"}, [1]),
        ({"user": "bob@acme.example"}, [2]),
        ({"user": "ada@example.com", "tenant": "globex"}, [3]),
        ({"session": "s-2"}, [2]),
        ({"outcome": "stopped"}, [1]),
        ({"since": "1h"}, [3, 2, 1]),
        ({"since": "25m", "tenant": "acme", "outcome": "ok"}, [2]),
        ({"user": "nobody@acme.example"}, []),
    ],
)
def test_calls_are_filtered(api: APIClient, recorded: list[Finished], query: dict[str, str], found: list[int]) -> None:
    assert ids(api, **query) == [str(recorded[number].call.id) for number in found]


def test_pages_follow_each_other_to_the_end(api: APIClient, recorded: list[Finished]) -> None:
    first = api.get(CALLS, {"limit": 3}).json()
    second = api.get(CALLS, {"limit": 3, "cursor": first["next"]}).json()
    assert [row["id"] for row in first["results"] + second["results"]] == ids(api)
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        ({"outcome": "fine"}, "outcome", ", ".join(Outcome)),
        ({"since": "yesterday"}, "since", "15m, 4h or 2d"),
        ({"limit": 1001}, "limit", "1000"),
        ({"cursor": "x"}, "cursor", "UUID"),
        ({"usr": "x"}, "usr", "Did you mean user?"),
        ({"refusal": "bored"}, "refusal", "Allowed: no_sources, "),
        ({"since": "2d", "until": "5d"}, "since", "It must lie before until."),
        ({"tokens_at_least": 2, "tokens_at_most": 1}, "tokens_at_least", "must not be more than tokens_at_most"),
    ],
)
def test_a_wrong_filter_names_itself_and_what_is_allowed(
    api: APIClient, query: dict[str, str | int], field: str, told: str
) -> None:
    answer = api.get(CALLS, query)
    assert answer.status_code == 400
    assert told in answer.json()["error"]["detail"][field][0]


@pytest.mark.parametrize("query", [{"tenant": "acmee"}, {"feature": "anser"}])
def test_an_unknown_name_is_not_there(api: APIClient, recorded: list[Finished], query: dict[str, str]) -> None:
    answer = api.get(CALLS, query)
    assert answer.status_code == 404
    assert "Did you mean" in answer.json()["error"]["detail"]


def test_a_tenants_own_people_see_their_calls_only(
    strangers: APIClient, viewers: APIClient, recorded: list[Finished]
) -> None:
    assert ids(strangers) == [str(recorded[3].call.id)]
    assert {row["tenant"] for row in viewers.get(CALLS).json()["results"]} == {"acme"}
    assert strangers.get(CALLS, {"tenant": "acme"}).status_code == 404


@pytest.mark.parametrize("role", list(Role)[:5])
def test_every_role_of_the_operator_reads_them(as_role: AsRole, role: Role) -> None:
    assert as_role(role).get(CALLS).status_code == 200


def test_nobody_gets_nothing(nobody: APIClient, db: None) -> None:
    assert nobody.get(CALLS).status_code == 401


def test_calls_are_not_written_here(api: APIClient) -> None:
    assert api.post(CALLS, {}, format="json").status_code == 405


def test_made_up_quotes_are_found(api: APIClient, acme: Tenant, answers: Feature, ago: Any) -> None:
    bad, good = (
        make_finished(
            make_opened(at=ago(minutes), tenant=acme.pk, feature=answers.pk),
            grounding=GROUNDING._replace(fabricated=number),
        )
        for minutes, number in ((2, 1), (1, 0))
    )
    recording.record([bad, good], at=ago(0))
    assert ids(api, has_bad_quotes="true") == [str(bad.call.id)]
    assert ids(api, has_bad_quotes="false") == [str(good.call.id)]
