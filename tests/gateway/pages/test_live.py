"""How each member stands now: as the gateways say, or why nobody can tell."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import Client

from costs.records import Hop
from gateway.breakers.reading import Standing, State
from gateway.breakers.wire import HEARD
from gateway.models import Chain, ChainDrill, Provider
from gateway.services import Member, declare_chain
from gateway.standing import states
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tests.costs.factories import make_finished, make_opened, record
from tests.gateway.pages.asking import HOME, text

LATER = datetime(2026, 11, 22, 3, 0, 5, tzinfo=UTC)


@pytest.fixture
def stood(monkeypatch: pytest.MonkeyPatch) -> Any:
    """As the gateways would say through Redis."""

    def say(standing: Standing) -> None:
        monkeypatch.setattr(
            states, "standings", lambda models, at: {f"acme-ai/{each.slug}": standing for each in models}
        )

    return say


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(State.CLOSED), "Not asked No customer’s call reached it here in 24 h"),
        (Standing(State.COOLING, until=LATER, reason="429"), "Cooling Its limit was reached, until 03:00:05 UTC"),
        (Standing(State.OPEN, until=LATER, reason="timeout"), "Open It was too slow, until 03:00:05 UTC"),
        (Standing(State.HALF_OPEN, reason="500"), "Trying again It answered 500"),
        (Standing(State.UNKNOWN), "Cannot tell No gateway says how it stands"),
    ],
)
def test_a_member_is_shown_as_the_gateways_say(
    page: Client, chain: Chain, stood: Any, standing: Standing, said: str
) -> None:
    stood(standing)
    assert said in text(page)


def answer_one(acme: Tenant, answers: Feature, model: str) -> None:
    at = datetime.now(UTC)
    opened = make_opened(at=at, tenant=acme.pk, feature=answers.pk, model=model, provider="acme-ai")
    record(make_finished(opened), at=at)


def test_only_one_that_was_asked_is_called_healthy(
    page: Client, chain: Chain, stood: Any, acme: Tenant, answers: Feature
) -> None:
    answer_one(acme, answers, "mini")
    stood(Standing(State.CLOSED))
    said = text(page)
    assert said.count("Healthy") == 1
    assert said.count("Not asked") == 1


def test_a_chain_none_of_whose_models_is_well_says_so_first_on_its_page_and_in_the_list(
    page: Client, chain: Chain, stood: Any
) -> None:
    stood(Standing(State.UNKNOWN))
    assert "No model of this chain is well." not in text(page)
    stood(Standing(State.COOLING, until=LATER, reason="429"))
    declare_chain("a-lonely", members=[Member("spare")], by=SYSTEM)
    assert "No model of this chain is well." in text(page)
    assert "2 chains have no model that is well." in text(page, "/chains/")


def test_what_needs_a_look_comes_first_in_the_list(page: Client, chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    declare_chain("a-good", members=[Member("spare")], by=SYSTEM)
    down = Standing(State.OPEN, until=LATER, reason="500")
    told = {"acme-ai/mini": down, "acme-ai/large": down, "acme-ai/spare": Standing(State.CLOSED)}
    monkeypatch.setattr(states, "standings", lambda models, at: told)
    content = page.get("/chains/").content.decode()
    assert content.index('href="/chains/default/"') < content.index('href="/chains/a-good/"')


def test_without_a_gateway_that_speaks_nobody_is_called_healthy(page: Client, chain: Chain) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as store:
        # What a gateway of another test said last outlives it by seconds.
        store.delete(HEARD)
    said = text(page)
    assert "Cannot tell" in said
    assert "Healthy" not in said


@pytest.mark.parametrize("target", [Target.model("large"), Target.provider("acme-ai", "Acme AI")])
def test_one_that_is_stopped_says_so_and_links_to_its_switch(
    page: Client, chain: Chain, stood: Any, target: Target
) -> None:
    stood(Standing(State.CLOSED))
    order = switches.Order(target=target, reason=Stop.Reason.OUTAGE)
    switches.stop(order, by=SYSTEM, at=datetime.now(UTC))
    assert "Stopped" in text(page)
    assert "provider outage" in text(page)
    assert f"/switches/~{target.scope}/" in page.get(HOME).content.decode()


def test_one_without_its_key_says_which_variable_is_missing(page: Client, chain: Chain, stood: Any) -> None:
    stood(Standing(State.CLOSED))
    Provider.objects.update(api_key_sealed=None, api_key_env="ACME_API_KEY")
    assert "No key ACME_API_KEY is not set" in text(page)


def test_the_last_fallback_says_from_whom_to_whom_and_why(
    page: Client, chain: Chain, acme: Tenant, answers: Feature
) -> None:
    at = datetime.now(UTC)
    opened = make_opened(
        at=at - timedelta(minutes=3), tenant=acme.pk, feature=answers.pk, model="large", provider="acme-ai"
    )
    hops = (Hop("mini", "acme-ai", 529, 80, "529"), Hop("large", "acme-ai", 200, 900, ""))
    record(make_finished(opened, hops=hops, fallback=True), at=at)
    said = text(page)
    assert "Last fallback 3 min ago: acme-ai/mini: it was overloaded; acme-ai/large answered." in said
    assert f"/calls/{opened.id}/" in page.get(HOME).content.decode()


def test_a_call_that_nobody_answered_is_told_beside_the_last_that_was_rescued(
    page: Client, chain: Chain, acme: Tenant, answers: Feature
) -> None:
    at = datetime.now(UTC)
    rescued = (Hop("mini", "acme-ai", 529, 80, "529"), Hop("large", "acme-ai", 200, 900, ""))
    in_vain = (Hop("mini", "acme-ai", 0, 80, "timeout"), Hop("large", "acme-ai", 500, 900, "500"))
    asked = {"tenant": acme.pk, "feature": answers.pk, "model": "large", "provider": "acme-ai"}
    first, second = (make_opened(at=at - timedelta(minutes=minutes), **asked) for minutes in (9, 3))
    record(make_finished(first, hops=rescued, fallback=True), at=at)
    record(make_finished(second, hops=in_vain, fallback=True, outcome="provider_error"), at=at)
    said = text(page)
    assert "Nobody answered 3 min ago: acme-ai/mini: it was too slow; acme-ai/large: it answered 500." in said
    assert "Last fallback 9 min ago: acme-ai/mini: it was overloaded; acme-ai/large answered." in said
    listed = text(page, "/chains/")
    assert "Nobody answered 3 min ago acme-ai/mini: it was too slow" in listed
    assert "9 min ago acme-ai/mini: it was overloaded; acme-ai/large answered" in listed


def test_an_answer_that_broke_off_after_a_fallback_is_not_said_to_be_nobodys(
    page: Client, chain: Chain, acme: Tenant, answers: Feature
) -> None:
    at = datetime.now(UTC)
    hops = (Hop("mini", "acme-ai", 529, 80, "529"), Hop("large", "acme-ai", 200, 90, "drop"))
    asked = {"tenant": acme.pk, "feature": answers.pk, "model": "large", "provider": "acme-ai"}
    opened = make_opened(at=at - timedelta(minutes=3), streamed=True, **asked)
    record(make_finished(opened, hops=hops, fallback=True, outcome="provider_error", first_chunk_ms=180), at=at)
    said = text(page)
    assert "Broke off 3 min ago: acme-ai/mini: it was overloaded; acme-ai/large: it broke off." in said
    assert "Nobody answered" not in said


def test_without_calls_there_is_no_share(page: Client, chain: Chain) -> None:
    assert "— no data" in text(page)
    assert "No call fell back in the last 7 days." in text(page)


def test_what_is_fetched_anew_is_the_table_alone(page: Client, chain: Chain) -> None:
    answer = page.get(HOME, headers={"HX-Request": "true", "HX-Target": "live"})
    content = answer.content.decode()
    assert content.strip().startswith("<section")
    assert 'id="live"' in content
    assert 'id="editor"' not in content


def test_a_drill_in_which_nobody_answered_says_in_words_who_was_asked(page: Client, chain: Chain) -> None:
    at = datetime.now(UTC)
    hops = [["acme-ai/mini", "drill"], ["acme-ai/large", "500"]]
    error = "502 no_model_answered: No model answered: acme-ai/mini:drill, acme-ai/large:500."
    answer = {"process": "gateway-1", "failed": "acme-ai/mini", "served": "", "hops": hops, "ms": 3, "error": error}
    values: dict[str, Any] = {"started_at": at, "finished_at": at, "started_by": "Ada", "total": 1, "passed": False}
    ChainDrill.objects.create(chain=chain, **values, answers=[answer], trouble=f"gateway-1: {error}")
    said = text(page)
    assert "acme-ai/mini: it was made to fail by a drill; acme-ai/large: it answered 500; nobody answered." in said
    assert "no_model_answered" not in said
    broken = {"process": "gateway-1", "error": "the gateway did not answer in time"}
    ChainDrill.objects.create(
        chain=chain, **values, answers=[broken], trouble="gateway-1: the gateway did not answer in time."
    )
    assert "gateway-1: the gateway did not answer in time." in text(page)
