"""What PostgreSQL itself refuses of a release, whatever wrote it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from prompts.models import PromptVersion, Release
from tenants.models import Tenant
from tests.prompts.factories import AT, go_back, make_end, make_release, make_version


@pytest.fixture
def version(operator: Tenant) -> PromptVersion:
    return make_version()


def add(version: PromptVersion, **values: Any) -> Release:
    usual = {"prompt": version.prompt, "environment": "production", "number": 1, "kind": "release", "made_at": AT}
    return Release.objects.create(version=version, **usual | values)


@pytest.mark.parametrize(
    ("values", "truth"),
    [
        ({"kind": "release", "percent": 0}, "release_serves_somebody_and_end_nobody"),
        ({"kind": "release", "lane": "canary", "percent": 0}, "release_serves_somebody_and_end_nobody"),
        ({"kind": "end", "percent": 100}, "release_serves_somebody_and_end_nobody"),
        ({"kind": "end", "lane": "canary", "percent": 5}, "release_serves_somebody_and_end_nobody"),
        ({"kind": "bogus"}, "release_serves_somebody_and_end_nobody"),
        ({"lane": "bogus"}, "main_lane_is_for_everybody_and_canary_for_some"),
        ({"environment": "Bad Env"}, "release_environment_is_plain"),
        ({"environment": ""}, "release_environment_is_plain"),
        ({"environment": "production\n"}, "release_environment_is_plain"),
    ],
)
def test_what_contradicts_itself_is_refused(version: PromptVersion, values: dict[str, Any], truth: str) -> None:
    with pytest.raises(IntegrityError, match=truth), transaction.atomic():
        add(version, **values)
    assert not Release.objects.exists()


def test_another_prompts_text_is_refused(version: PromptVersion) -> None:
    other = make_version(name="goodbye").prompt
    with pytest.raises(IntegrityError, match="release_serves_its_own_prompt"), transaction.atomic():
        add(version, prompt=other)


def test_what_lanes_go_through_is_kept(version: PromptVersion, acme: Tenant) -> None:
    two = make_version("two")
    make_release(version, "eu-1")
    make_release(two, "eu-1", percent=5)
    go_back("eu-1")
    make_release(two, "eu-1", tenant=acme)
    go_back("eu-1", tenant=acme)
    make_release(two, "eu-1")
    go_back("eu-1")
    make_end("eu-1")
    kept = Release.objects.order_by("number").values_list("kind", "lane", "percent")
    assert list(kept) == [
        ("release", "main", 100),
        ("release", "canary", 5),
        ("rollback", "canary", 0),
        ("release", "main", 100),
        ("rollback", "main", 0),
        ("release", "main", 100),
        ("rollback", "main", 100),
        ("end", "main", 0),
    ]
