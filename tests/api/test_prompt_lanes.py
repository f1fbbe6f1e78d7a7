"""Releases to tenants and to shares of people, over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from costs.records import PromptChoice
from prompts.models import PromptVersion, Release
from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.costs.factories import make_finished, make_opened, record
from tests.prompts.factories import lanes, make_calls_apart, make_release, make_version

PROMPT = "/api/v1/prompts/welcome/"
WHY = {"override": "It is only a test."}


@pytest.fixture
def versions(operator: Tenant) -> list[PromptVersion]:
    """The first is live."""
    found = [make_version(text) for text in ("one", "two", "three")]
    make_release(found[0])
    return found


def post(api: APIClient, what: str, **order: Any) -> Any:
    return api.post(f"{PROMPT}{what}/", {"environment": "production"} | order, format="json")


def test_a_release_may_be_to_some_or_to_a_tenant(api: APIClient, versions: list[PromptVersion], acme: Tenant) -> None:
    canary = post(api, "release", version="v2", percent=5, **WHY).json()["release"]
    assert (canary["lane"], canary["percent"], canary["tenant"]) == ("canary", 5, None)
    own = post(api, "release", version="v3", tenant="acme", **WHY).json()["release"]
    assert (own["lane"], own["percent"], own["tenant"]) == ("main", 100, "acme")
    assert (lanes(), lanes(tenant=acme)) == (("v1", "v2 at 5"), ("v3", None))


@pytest.mark.parametrize("wrong", [{"percent": 0}, {"percent": 101}, {"percent": "x"}, {"tenant": "nobody"}])
def test_a_share_or_tenant_that_cannot_be_is_refused(
    api: APIClient, versions: list[PromptVersion], wrong: dict[str, Any]
) -> None:
    assert post(api, "release", version="v2", **wrong, **WHY).status_code in (400, 404, 422)
    assert Release.objects.count() == 1


def test_a_rollback_and_an_end_may_be_a_tenants(api: APIClient, versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], tenant=acme)
    make_release(versions[2], tenant=acme)
    assert post(api, "rollback", tenant="acme").json()["release"]["label"] == "v2"
    ended = post(api, "end", tenant="acme").json()
    assert (ended["release"]["kind"], ended["release"]["percent"], ended["before"]) == ("end", 0, versions[1].hash)
    assert (lanes(), lanes(tenant=acme)) == (("v1", None), (None, None))
    assert post(api, "end", tenant="acme").status_code == 409


def test_who_keeps_a_version_of_their_own_is_told(api: APIClient, versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1])
    make_release(versions[1], tenant=acme)
    own = {"tenant": "acme", "version": versions[1].hash, "label": "v2", "percent": 100}
    kept = {"tenants": 1, "versions": ["v2"], "lanes": [own]}
    nothing = {"tenants": 0, "versions": [], "lanes": []}
    assert post(api, "rollback").json()["kept"] == kept
    assert post(api, "release", version="v3", **WHY).json()["kept"] == kept
    assert post(api, "end").json()["kept"] == kept
    assert post(api, "end", tenant="acme").json()["kept"] == nothing
    assert post(api, "rollback").json()["kept"] == nothing


def test_a_canary_that_ends_with_everybodys_lane_is_not_kept(
    api: APIClient, versions: list[PromptVersion], acme: Tenant
) -> None:
    make_release(versions[1], tenant=acme, percent=20)
    assert post(api, "end").json()["kept"]["tenants"] == 0


def test_what_a_canarys_people_got_until_now_is_told(api: APIClient, versions: list[PromptVersion]) -> None:
    answers = [
        post(api, "release", version="v2", percent=5, **WHY).json(),
        post(api, "release", version="v2", percent=25, **WHY).json(),
        post(api, "release", version="v3", percent=5, **WHY).json(),
        post(api, "rollback").json(),
    ]
    one, two, three = (each.hash for each in versions)
    found = [(each["before"], each["before_percent"]) for each in answers]
    assert found == [(one, 100), (two, 5), (two, 25), (three, 5)]


def test_the_list_keeps_apart_what_all_get_from_the_rest(
    api: APIClient, versions: list[PromptVersion], acme: Tenant
) -> None:
    make_release(versions[1], percent=5)
    make_release(versions[2], tenant=acme)
    (row,) = api.get("/api/v1/prompts/").json()["results"]
    place = {"environment": "production"}
    assert row["live"] == {"production": versions[0].hash}
    assert row["canaries"] == [{**place, "tenant": None, "version": versions[1].hash, "percent": 5}]
    assert row["tenants"] == [{**place, "tenant": "acme", "version": versions[2].hash, "percent": 100}]


def test_a_version_tells_all_who_are_served_it(
    api: APIClient, versions: list[PromptVersion], acme: Tenant, globex: Tenant
) -> None:
    for tenant in (acme, globex):
        make_release(versions[1], tenant=tenant)
        make_release(versions[0], tenant=tenant, percent=5)
    make_release(versions[0], "staging")
    make_release(versions[1], "staging", percent=10)
    first, second, third = (api.get(f"{PROMPT}versions/v{number}/").json() for number in (1, 2, 3))
    rows = api.get(f"{PROMPT}versions/").json()["results"]
    assert [(row["live_in"], row["served"]) for row in rows] == [
        (each["live_in"], each["served"]) for each in (third, second, first)
    ]
    assert first["live_in"] == ["production", "staging"]
    assert [place["words"] for place in first["served"]] == ["production", "canary at 2 tenants", "staging"]
    assert [place["words"] for place in second["served"]] == ["2 tenants’ own", "staging: canary 10%"]
    shares = [(place["tenants"], place["tenant"], place["percent"]) for place in first["served"]]
    assert shares == [(0, None, 100), (2, None, None), (0, None, 100)]
    assert (second["live_in"], third["live_in"], third["served"]) == ([], [], [])


def test_who_reads_gets_what_the_gateway_would_serve_them(
    api: APIClient, versions: list[PromptVersion], acme: Tenant, globex: Tenant
) -> None:
    make_release(versions[1], percent=99)
    make_release(versions[2], tenant=acme)
    asked = ({}, {"tenant": "acme"}, {"tenant": "globex"}, {"tenant": "globex", "user": "ann"})
    found = [api.get(PROMPT, each).json() for each in asked]
    assert [(each["label"], each["lane"]) for each in found] == [
        ("v1", "main"),
        ("v3", "main"),
        ("v1", "main"),
        ("v2", "canary"),
    ]


def test_the_etag_is_the_version_in_quotes_of_a_canary_too(
    api: APIClient, versions: list[PromptVersion], globex: Tenant
) -> None:
    make_release(versions[1], percent=99)
    tags = [api.get(PROMPT, query)["ETag"] for query in ({}, {"tenant": "globex", "user": "ann"})]
    assert tags == [f'"{versions[0].hash}"', f'"{versions[1].hash}"']
    again = [api.get(PROMPT, {"tenant": "globex", "user": "ann"}, HTTP_IF_NONE_MATCH=tag).status_code for tag in tags]
    assert again == [200, 304]


def test_blanks_around_a_user_make_nobody_else_of_them(
    api: APIClient, versions: list[PromptVersion], globex: Tenant
) -> None:
    make_release(versions[1], percent=50)
    asked = [{"tenant": "globex", "user": f"user-{number}"} for number in range(16)]
    blank = [each | {"user": f" {each['user']} "} for each in asked]
    assert [api.get(PROMPT, each)["ETag"] for each in blank] == [api.get(PROMPT, each)["ETag"] for each in asked]


def test_in_the_minute_in_which_a_canary_began_it_says_when_figures_come(
    api: APIClient, versions: list[PromptVersion]
) -> None:
    # Seconds ahead, so that the clock's next minute does not spoil the test.
    make_release(versions[1], percent=5, at=datetime.now(UTC) + timedelta(minutes=1))
    found = api.get(f"{PROMPT}canary/").json()
    assert found["sentences"] == ["Could not measure yet: it has only just begun. The first figures come in a minute."]


def test_a_user_is_somebodys(api: APIClient, versions: list[PromptVersion]) -> None:
    refused = api.get(PROMPT, {"user": "ann"})
    assert (refused.status_code, "whose user" in refused.json()["error"]["detail"]) == (422, True)


def test_a_canary_is_told_beside_all_others(api: APIClient, versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    found = api.get(f"{PROMPT}canary/").json()
    assert (found["canary"]["label"], found["beside"]["label"], found["head"]["calls"]) == ("v2", "v1", 0)
    assert found["head"]["cost_usd"] is None
    assert found["sentences"] == ["Could not measure yet: 0 calls of v2 and 0 of v1; each takes 30."]


def test_calls_of_who_had_a_version_of_their_own_are_told_apart(
    api: APIClient, versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    make_calls_apart(versions[1], acme, answers)
    found = api.get(f"{PROMPT}canary/").json()
    assert (found["head"]["calls"], found["left_out"]) == (1, {"calls": 1, "tenants": 1})


def test_without_a_canary_there_is_none_to_tell_of(api: APIClient, versions: list[PromptVersion]) -> None:
    refused = api.get(f"{PROMPT}canary/")
    assert refused.status_code == 404
    assert refused.json()["error"]["detail"] == "welcome has no canary in production."


@pytest.mark.parametrize(("what", "then"), [("rollback", ("v2", None)), ("end", (None, None))])
def test_what_is_sent_twice_with_the_release_that_was_seen_is_done_once(
    api: APIClient, versions: list[PromptVersion], what: str, then: tuple[str | None, str | None]
) -> None:
    make_release(versions[1])
    make_release(versions[2], percent=10)
    (seen,) = api.get(f"{PROMPT}releases/", {"environment": "production", "limit": 1}).json()["results"]
    first, again = (post(api, what, expected=seen["number"]) for _ in range(2))
    assert (first.status_code, again.status_code, lanes()) == (200, 409, then)
    error = again.json()["error"]
    made = first.json()["release"]
    assert (error["code"], made["made_by"] in error["detail"]) == ("overtaken", True)
    assert "and you saw release 3. See what is served now" in error["detail"]


def test_a_release_that_nobody_made_was_not_seen(api: APIClient, versions: list[PromptVersion]) -> None:
    make_release(versions[1])
    assert [post(api, "rollback", expected=number).status_code for number in (-1, "x", 0, 3)] == [400, 400, 409, 409]
    refused = api.post(f"{PROMPT}rollback/", {"environment": "staging", "expected": 1}, format="json")
    assert "there is no release 1 of welcome in staging yet; the newest is 0." in refused.json()["error"]["detail"]
    assert lanes() == ("v2", None)


@pytest.mark.parametrize("what", ["end", "rollback"])
def test_support_may_not_change_what_is_served(as_role: AsRole, versions: list[PromptVersion], what: str) -> None:
    assert post(as_role(Role.SUPPORT), what).status_code == 403
    assert Release.objects.count() == 1


def test_calls_that_named_the_version_and_those_of_which_nobody_knows_are_counted(
    api: APIClient, versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    now = datetime.now(UTC)
    make_release(versions[1], percent=5, at=now - timedelta(hours=3))
    call = {"tenant": acme.pk, "feature": answers.pk, "prompt_version": versions[1].hash}
    choices: list[Any] = [PromptChoice.PINNED, PromptChoice.CANARY, ""]
    opened = [make_opened(at=now - timedelta(hours=1), prompt_choice=each, **call) for each in choices]
    record(*map(make_finished, opened), at=now)
    found = api.get(f"{PROMPT}canary/").json()
    assert (found["head"]["calls"], found["pinned"], found["unmarked"]) == (2, 1, 1)
    assert found["sentences"][-2:] == [
        "Without 1 call that named its version itself.",
        "Of 1 call the records do not say who chose the version: those that named it count, too.",
    ]
