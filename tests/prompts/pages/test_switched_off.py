"""A stop of everything, of a feature or of a model is told on the pages of the prompts whose calls it is about."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from aiops.lib import uuid7
from gateway.models import Chain, ChainMember, Model, Provider
from killswitch import scopes
from killswitch import services as killswitch
from killswitch.guard import ActiveStop
from killswitch.models import Stop
from killswitch.targets import Target
from killswitch.wire import to_wire
from prompts.models import Prompt, PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Feature, Process, User
from tests.factories import actor_of
from tests.killswitch.factories import stop_at
from tests.killswitch.switches.asking import gateway
from tests.prompts.factories import AT
from tests.prompts.pages.asking import LIST, of, said, text
from tests.prompts.pages.factories import release

EVERYTHING = "AI is off for everyone since 22 Nov 02:14:07 UTC , by the console itself: calls are refused"
GPT = "Model gpt-4o is off since 22 Nov 02:14:07 UTC , by the console itself:"
PAGES = ["", "v1/", "release/?version=v2", "rollback/", "end/", "canary/"]


@pytest.fixture
def feature(live: PromptVersion) -> Feature:
    """Of the prompt."""
    found = Feature.objects.create(slug="answers", name="Answer assistant")
    Prompt.objects.update(feature=found)
    return found


@pytest.fixture
def chain(live: PromptVersion) -> Callable[..., None]:
    """The chain `default`, which the prompt names, asks these models."""
    provider = Provider.objects.create(slug="openai", name="OpenAI", base_url="https://api.openai.com/v1")

    def make(*models: str) -> None:
        made = Chain.objects.create(slug="default")
        for position, slug in enumerate(models):
            model = Model.objects.create(slug=slug, provider=provider, upstream=slug)
            ChainMember.objects.create(chain=made, position=position, model=model)

    return make


def stop(target: Target, **values: Any) -> Stop:
    return stop_at(target, **{"by": SYSTEM, "at": AT, "reason": Stop.Reason.COST} | values)


def hold(key: str) -> None:
    """A gateway has it in force, and PostgreSQL does not know of it."""
    gateway("gateway-1", applied=1, at=datetime.now(UTC))
    Process.objects.update(held_stops=[to_wire(ActiveStop(uuid7.new(), key, "cost", "off"))])


@pytest.mark.parametrize("where", PAGES)
def test_a_stop_of_everything_is_on_every_page_of_a_prompt(
    page: Client, live: PromptVersion, head: PromptVersion, where: str
) -> None:
    release(head, percent=10)
    stop(Target.everything())
    shown = page.get(of(where))
    assert EVERYTHING in said(shown)
    assert 'href="/switches/~everyone/">Look at this stop' in text(shown)


def test_and_above_the_list(page: Client, live: PromptVersion) -> None:
    stop(Target.everything())
    assert EVERYTHING in said(page.get(LIST))


def test_whoever_made_it_is_told_so(reader: Client, live: PromptVersion, support: User) -> None:
    stop(Target.everything(), by=actor_of(support), mode="read_only")
    shown = said(reader.get(of()))
    assert (
        "AI is read only for everyone since 22 Nov 02:14:07 UTC , by you: calls write to no customer’s system" in shown
    )


@pytest.mark.parametrize("where", ["", LIST])
def test_what_is_on_is_not_spoken_of(page: Client, live: PromptVersion, where: str) -> None:
    killswitch.lift(stop(Target.everything()), by=SYSTEM, at=AT)
    assert "is off" not in said(page.get(where or of()))


def test_a_stop_of_its_feature_is_told(page: Client, feature: Feature) -> None:
    stop(Target.feature_of_all(feature))
    shown = page.get(of())
    assert "Feature Answer assistant of everyone is off since 22 Nov 02:14:07 UTC , by the console itself" in said(
        shown
    )
    assert 'href="/switches/~feature/answers/"' in text(shown)


def test_one_of_another_feature_is_not(page: Client, feature: Feature) -> None:
    stop(Target.feature_of_all(Feature.objects.create(slug="drafts", name="Draft replies")))
    assert "Draft replies" not in said(page.get(of()))


def test_of_a_model_it_says_that_another_answers(page: Client, chain: Callable[..., None]) -> None:
    chain("gpt-4o", "gpt-4o-mini")
    stop(Target.model("gpt-4o"))
    shown = page.get(of())
    assert f"{GPT} another model of the chain default answers." in said(shown)
    assert 'href="/switches/~model/gpt-4o/"' in text(shown)


def test_or_that_none_is_left(page: Client, chain: Callable[..., None]) -> None:
    chain("gpt-4o", "gpt-4o-mini")
    stop(Target.model("gpt-4o"))
    stop(Target.provider("openai", "OpenAI"))
    shown = said(page.get(of()))
    assert f"{GPT} no other model is left in the chain default, so calls are refused." in shown
    assert "Provider OpenAI is off" in shown


def test_a_model_that_it_does_not_ask_is_not_spoken_of(page: Client, chain: Callable[..., None]) -> None:
    chain("gpt-4o-mini")
    stop(Target.model("gpt-4o"))
    assert "gpt-4o is off" not in said(page.get(of()))


@pytest.mark.parametrize("where", PAGES[:3])
def test_what_gateways_alone_hold_is_told_with_who_holds_it(
    page: Client, live: PromptVersion, head: PromptVersion, where: str
) -> None:
    hold(scopes.EVERYTHING)
    shown = page.get(of(where))
    assert ", held by gateway-1 alone. The database does not know this stop. Look at this stop" in said(shown)
    assert 'href="/switches/~everyone/">Look at this stop' in text(shown)


def test_so_is_one_of_its_feature_and_of_a_version_that_is_served(
    page: Client, live: PromptVersion, feature: Feature
) -> None:
    hold(scopes.feature_key(feature.pk))
    assert "Feature Answer assistant of everyone is off since" in said(page.get(of()))
    Process.objects.all().delete()
    hold(scopes.prompt_version_key(live.pk))
    assert "support-answer v1 is off since" in said(page.get(of()))


def test_and_of_a_model_that_it_asks(page: Client, chain: Callable[..., None]) -> None:
    chain("gpt-4o", "gpt-4o-mini")
    hold(scopes.model_key("gpt-4o"))
    shown = said(page.get(of()))
    assert "held by gateway-1 alone: another model of the chain default answers. The database does not know" in shown


@pytest.mark.parametrize(
    "key", ["tenant:2a4b0f0e-9a53-4b56-8d4a-6c1b2d3e4f50", "model:gpt-4o", "prompt:{}", "prompt:odd", "odd"]
)
def test_what_gateways_hold_of_others_is_not_its_affair(
    page: Client, live: PromptVersion, head: PromptVersion, key: str
) -> None:
    hold(key.format(head.pk))
    assert "does not know" not in said(page.get(of()))


def test_more_than_three_are_counted(page: Client, feature: Feature, chain: Callable[..., None]) -> None:
    chain("gpt-4o", "gpt-4o-mini")
    targets = [Target.everything(), Target.feature_of_all(feature), Target.provider("openai", "OpenAI")]
    for target in [*targets, Target.model("gpt-4o")]:
        stop(target)
    shown = said(page.get(of()))
    assert EVERYTHING in shown
    assert "and 1 more" in shown


def test_a_page_pays_one_query_for_it(
    page: Client, live: PromptVersion, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    """That of what gateways hold: stops of versions were asked for before, and come with all others."""
    with django_assert_max_num_queries(100) as asked:
        page.get(of("v1/"))
    told = [query["sql"] for query in asked]
    assert sum('"held_stops" FROM' in sql for sql in told) == 1
    assert sum("'prompt_version'" in sql for sql in told) == 1
