"""That a version is stopped, over the API and in commands."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from killswitch.models import Stop
from killswitch.targets import Target
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tests.killswitch.factories import stop_at
from tests.prompts.factories import AT, make_release, make_version

PROMPT = "/api/v1/prompts/welcome/"


@pytest.fixture
def versions(operator: Tenant) -> list[PromptVersion]:
    """The first is live, the second newest."""
    found = [make_version(text) for text in ("one", "two")]
    make_release(found[0])
    return found


def stop(version: PromptVersion) -> Stop:
    target = Target.prompt_version(version.pk, f"{version.prompt.name} {version}")
    return stop_at(target, by=SYSTEM, at=AT, reason=Stop.Reason.ANSWERS)


def told(version: PromptVersion, made: Stop) -> dict[str, Any]:
    what = {"mode": "refuse", "admits": 0, "reason": "answers"}
    return {
        "version": version.hash,
        "stop": str(made.pk),
        **what,
        "made_at": "2026-11-22T02:14:07Z",
        "made_by": SYSTEM.label,
    }


def test_a_prompt_tells_which_of_its_versions_are_stopped(api: APIClient, versions: list[PromptVersion]) -> None:
    assert api.get("/api/v1/prompts/").json()["results"][0]["stopped"] == []
    made = stop(versions[0])
    assert api.get("/api/v1/prompts/").json()["results"][0]["stopped"] == [told(versions[0], made)]


def test_a_version_tells_it_listed_and_opened(api: APIClient, versions: list[PromptVersion]) -> None:
    made = stop(versions[0])
    rows = api.get(f"{PROMPT}versions/").json()["results"]
    assert [row["stopped"] for row in rows] == [None, told(versions[0], made)]
    assert api.get(f"{PROMPT}versions/v1/").json()["stopped"] == told(versions[0], made)
    assert api.get(f"{PROMPT}versions/v2/").json()["stopped"] is None
