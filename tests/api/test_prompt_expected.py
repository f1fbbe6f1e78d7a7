"""Who looked before they changed what is served says what they saw: if it is another by now, nothing is changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from prompts.models import PromptVersion, Release
from tenants.models import Tenant
from tests.prompts.factories import lanes, make_release, make_version

PROMPT = "/api/v1/prompts/welcome/"
WHY = {"override": "It is only a test."}
V3 = {"version": "v3", **WHY}


@pytest.fixture
def versions(operator: Tenant) -> list[PromptVersion]:
    """The first two were live, one after the other."""
    found = [make_version(text) for text in ("one", "two", "three")]
    make_release(found[0])
    make_release(found[1])
    return found


def post(api: APIClient, what: str, **order: Any) -> Any:
    return api.post(f"{PROMPT}{what}/", {"environment": "production"} | order, format="json")


def refusal(answer: Any) -> str:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "overtaken")
    return str(error["detail"])


@pytest.mark.parametrize(
    ("what", "order", "then"),
    [("rollback", {}, ("v1", None)), ("end", {}, (None, None)), ("release", V3, ("v3", None))],
)
@pytest.mark.parametrize("word", ["v2", "the hash", "its beginning"])
def test_what_is_served_as_it_was_seen_is_changed(
    api: APIClient, versions: list[PromptVersion], what: str, order: dict[str, str], then: Any, word: str
) -> None:
    seen = {"the hash": versions[1].hash, "its beginning": versions[1].hash[:8]}.get(word, word)
    assert post(api, what, expected_version=seen, **order).status_code == 200
    assert lanes() == then


@pytest.mark.parametrize(("what", "order"), [("rollback", {}), ("end", {}), ("release", V3)])
def test_what_is_served_otherwise_stays_and_is_told(
    api: APIClient, versions: list[PromptVersion], what: str, order: dict[str, str]
) -> None:
    said = refusal(post(api, what, expected_version="v1", **order))
    assert said == (
        "Nothing was changed: production is served v2 (since 2026-11-22 02:14:07 UTC, by the console itself), and you "
        "saw v1. See what is served now; if it must still change, ask again."
    )
    assert lanes() == ("v2", None)


@pytest.mark.parametrize(("what", "order"), [("rollback", {}), ("end", {}), ("release", V3)])
def test_a_version_that_there_is_not_is_not_found(
    api: APIClient, versions: list[PromptVersion], what: str, order: dict[str, str]
) -> None:
    assert post(api, what, expected_version="v9", **order).status_code == 404
    assert post(api, what, expected_version="", **order).status_code == 400
    assert lanes() == ("v2", None)


def test_a_rollback_of_what_was_seen_does_not_end_a_canary_that_came_meanwhile(
    api: APIClient, versions: list[PromptVersion]
) -> None:
    make_release(versions[2], percent=5)
    assert "5% of production are served the canary v3" in refusal(post(api, "rollback", expected_version="v2"))
    assert lanes() == ("v2", "v3 at 5")
    assert post(api, "rollback", expected_version="v3").status_code == 200
    assert lanes() == ("v2", None)


def test_a_canary_is_seen_by_who_puts_another_in_its_place_and_by_nobody_else(
    api: APIClient, versions: list[PromptVersion]
) -> None:
    make_release(versions[2], percent=5)
    other = {"version": "v1", "percent": 5, **WHY}
    assert "the canary v3" in refusal(post(api, "release", expected_version="v2", **other))
    assert post(api, "release", expected_version="v2", **V3, percent=25).status_code == 200
    assert post(api, "release", expected_version="v2", **V3).status_code == 200
    assert lanes() == ("v3", None)


def test_a_tenant_without_its_own_is_seen_with_what_everybody_gets(
    api: APIClient, versions: list[PromptVersion], acme: Tenant
) -> None:
    assert post(api, "release", tenant="acme", expected_version="v2", **V3).status_code == 200
    said = refusal(post(api, "end", tenant="acme", expected_version="v2"))
    assert said.startswith("Nothing was changed: acme in production is served v3")
    assert "acme in staging is served nothing" in refusal(
        api.post(f"{PROMPT}end/", {"environment": "staging", "tenant": "acme", "expected_version": "v2"}, format="json")
    )


@pytest.mark.parametrize("later", [{"ask": True}, {"at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}])
def test_of_a_release_for_later_it_is_refused(
    api: APIClient, versions: list[PromptVersion], later: dict[str, Any]
) -> None:
    before = Release.objects.count()
    refused = post(api, "release", expected_version="v2", **V3, **later)
    assert (refused.status_code, "made now" in refused.json()["error"]["detail"]) == (422, True)
    assert Release.objects.count() == before
