"""Prompts as a gateway process reads them, again and again."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gateway.loading import configuration, prompt_text
from gateway.loading import prompts as loading_prompts
from gateway.loading.prompt_text import PromptText, Unusable
from prompts.bundle import Bundle
from prompts.rendering import Compiled, compile_bundle
from tenants.models import Tenant
from tests.prompts.factories import make_bundle, make_kept, make_release, make_version


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hash of each bundle that was compiled since."""
    seen: list[str] = []

    def compile_it(bundle: Bundle) -> Compiled:
        seen.append(bundle.hash)
        return compile_bundle(bundle)

    monkeypatch.setattr(prompt_text, "compile_bundle", compile_it)
    return seen


def reading_content(read: Callable[[], object]) -> int:
    """How many queries of it fetch what versions say."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read()
    return sum('"prompts_promptversion"."content"' in each["sql"] for each in queries)


def test_what_is_live_is_compiled_and_nothing_else(operator: Tenant, now: datetime, compiling: list[str]) -> None:
    live, _ = make_version("One."), make_version("Two.")
    make_release(live)
    prompt = configuration.read(now).prompts["welcome"]
    assert compiling == [live.hash]
    assert [(each.label, each.text.is_ready) for each in prompt.versions] == [("v2", False), ("v1", True)]


def test_a_release_makes_a_gateway_compile_what_it_names_and_fetch_nothing(
    operator: Tenant, now: datetime, compiling: list[str]
) -> None:
    first, second = make_version("One."), make_version("Two.")
    make_release(first)
    config = configuration.read(now)
    compiling.clear()
    make_release(second)
    assert reading_content(lambda: configuration.read(now, config)) == 0
    prompt = configuration.read(now, config).prompts["welcome"]
    assert compiling == [second.hash]
    assert prompt.offers["production", None].main == prompt.versions[0]
    assert [each.environments for each in prompt.versions] == [{"production"}, {"production"}]


def test_a_push_makes_it_fetch_the_new_one_alone(operator: Tenant, now: datetime) -> None:
    make_version("One.")
    config = configuration.read(now)
    make_version("Two.")
    assert reading_content(lambda: configuration.read(now, config)) == 1
    newest, oldest = configuration.read(now, config).prompts["welcome"].versions
    assert oldest is config.prompts["welcome"].versions[0]
    assert (newest.label, oldest.label) == ("v2", "v1")


def test_the_newest_are_kept_and_what_ever_was_live(
    operator: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading_prompts, "_KEPT", 2)
    make_release(make_version("One."))
    make_version("Two.")
    make_version("Of another prompt.", name="goodbye")
    config = configuration.read(now)
    make_version("Three.")
    make_version("Four.")
    kept = configuration.read(now, config).prompts
    assert [each.label for each in kept["welcome"].versions] == ["v4", "v3", "v1"]
    assert [each.label for each in kept["goodbye"].versions] == ["v1"]


def test_of_another_database_nothing_is_taken_over(operator: Tenant, now: datetime) -> None:
    make_version("One.")
    config = configuration.read(now)
    elsewhere = configuration.Config(generation=operator.pk, prompts=config.prompts)
    assert reading_content(lambda: configuration.read(now, elsewhere)) == 1


def test_a_live_version_that_cannot_be_rendered_is_reported_each_time(operator: Tenant, now: datetime) -> None:
    make_release(make_kept("{{ nobody }}"))
    make_release(make_version("Fine.", name="goodbye"))
    config = configuration.read(now)
    again = configuration.read(now, config)
    assert config.faults == again.faults
    assert "prompt welcome v1" in again.faults[0]
    broken = again.prompts["welcome"].offers["production", None].main
    assert broken is not None
    with pytest.raises(Unusable, match="there is no variable 'nobody'"):
        broken.text.compiled()


def test_a_content_that_cannot_be_rendered_says_why_whenever_it_is_asked() -> None:
    text = PromptText(make_bundle("{{ nobody }}").as_json())
    for _ in range(2):
        with pytest.raises(Unusable, match="there is no variable 'nobody'"):
            text.compiled()
    assert text.is_ready


def test_canaries_and_tenants_versions_are_compiled_too(
    operator: Tenant, acme: Tenant, now: datetime, compiling: list[str]
) -> None:
    main, tried, own = (make_version(text) for text in ("One.", "Two.", "Three."))
    make_release(main)
    make_release(tried, percent=5)
    make_release(own, tenant=acme)
    prompt = configuration.read(now).prompts["welcome"]
    assert sorted(compiling) == sorted([main.hash, tried.hash, own.hash])
    common, mine = prompt.offers[("production", None)], prompt.offers[("production", acme.pk)]
    assert (common.main, common.canary, common.percent) == (prompt.versions[2], prompt.versions[1], 5)
    assert (mine.main, mine.canary) == (prompt.versions[0], None)


def test_a_canary_that_cannot_be_rendered_is_left_out_and_reported(operator: Tenant, now: datetime) -> None:
    make_release(make_version("Fine."))
    make_release(make_kept("{{ nobody }}"), percent=99)
    config = configuration.read(now)
    offer = config.prompts["welcome"].offers[("production", None)]
    assert (offer.main and offer.main.label, offer.canary) == ("v1", None)
    assert "prompt welcome v2" in config.faults[0]


def test_a_tenants_version_that_cannot_be_rendered_is_not_replaced_by_another(
    operator: Tenant, acme: Tenant, now: datetime
) -> None:
    make_release(make_version("Fine."))
    own = make_kept("{{ nobody }}")
    make_release(own, tenant=acme)
    found = configuration.read(now).prompts["welcome"].served("production", acme.pk, "")
    assert found is not None
    assert (found.version.hash, found.is_own) == (own.hash, True)
