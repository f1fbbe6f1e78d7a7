from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from costs.records import Hop, Outcome, PriceMatch
from costs.usage import Usage
from prompts.models import Prompt, PromptVersion
from tenants.models import Feature, Tenant, User
from tests.costs.calls.asking import CALLS, ids, text
from tests.costs.calls.conftest import Make
from tests.costs.factories import GROUNDING, NOTHING, costing
from tests.evals.factories import make_suite

STOP = uuid4()
HASH = "3f" * 32
KEPT: dict[str, Any] = {
    "hops": (Hop("gpt-test", "openai", 0, 0, "cached", 3),), "usage": Usage(), "latency_ms": 4,
    "cost": NOTHING, "price_match": PriceMatch.NOTHING_ASKED,
}  # fmt: skip
# What each call has that the plain one has not, and what finds it.
FOUND = [
    ({"user": "bob"}, {"user": "bob"}),
    ({"session": "s-2"}, {"session": "s-2"}),
    ({"environment": "staging"}, {"environment": "staging"}),
    ({"model_asked": "best"}, {"asked": "best"}),
    ({"model": "other"}, {"model": "other"}),
    ({"provider": "elsewhere"}, {"provider": "elsewhere"}),
    ({"chain": "slow"}, {"chain": "slow"}),
    ({"prompt_version": HASH}, {"version": HASH[:8]}),
    ({"outcome": Outcome.REFUSED, "error_code": "model_not_found"}, {"outcome": "refused"}),
    ({"outcome": Outcome.REFUSED, "error_code": "model_not_found"}, {"error": "model_not_found"}),
    ({"outcome": Outcome.STOPPED, "stop_id": STOP}, {"stop": str(STOP)}),
    ({"fallback": True}, {"fallback": "yes"}),
    (KEPT, {"kept": "yes"}),
    ({"streamed": True}, {"streamed": "yes"}),
    ({"simulated": True}, {"simulated": "yes"}),
    ({"cost": None, "price_match": PriceMatch.UNPRICED}, {"price": "unpriced"}),
    ({"cost": costing("0.5")}, {"cost": "0.05"}),
    ({"latency_ms": 9000}, {"ms": "5000"}),
    ({"grounding": GROUNDING._replace(refusal="low_confidence")}, {"refusal": "low_confidence"}),
    ({"grounding": GROUNDING._replace(refusal="low_confidence")}, {"refusal": "Low confidence"}),
    ({"grounding": GROUNDING._replace(refusal="low_confidence")}, {"refusal": "not sure enough"}),
    ({"grounding": GROUNDING._replace(refusal="low_confidence")}, {"grounding": "withheld"}),
    ({"grounding": GROUNDING}, {"grounding": "answered"}),
    ({"grounding": GROUNDING}, {"quotes": "fabricated"}),
    ({"grounding": GROUNDING._replace(wrong_source=1)}, {"quotes": "wrong_source"}),
    ({"grounding": GROUNDING}, {"quotes": "near"}),
    ({"grounding": GROUNDING}, {"quotes": "exact"}),
    ({"grounding": GROUNDING}, {"confidence": "0.8", "confidence_to": "0.9"}),
    ({"hops": (Hop("a", "b", 429, 1, "429"), Hop("a", "b", 200, 1, ""))}, {"hop": "429"}),
    ({"estimated": True}, {"estimated": "yes"}),
    ({"cost": costing("0.5")}, {"cost": "0.05", "cost_to": "0.5"}),
    ({"cost": costing("0.001")}, {"cost_to": "0.001"}),
    ({"latency_ms": 90}, {"ms_to": "90"}),
    ({"first_chunk_ms": 400}, {"first": "400"}),
    ({"first_chunk_ms": 400}, {"first_to": "400"}),
    ({"usage": Usage(input_tokens=9000, output_tokens=9)}, {"tokens": "9009"}),
    ({"usage": Usage(input_tokens=1, output_tokens=1)}, {"tokens_to": "2"}),
    ({"price_version": STOP}, {"priced": str(STOP)}),
]


@pytest.mark.parametrize(("values", "query"), FOUND)
def test_every_tag_is_a_filter(page: Client, make: Make, values: dict[str, Any], query: dict[str, str]) -> None:
    make(2)
    wanted = make(1, **values)
    assert ids(page, **query) == [wanted.call.id]


def test_calls_of_a_tenant_and_of_a_feature_are_found_by_their_names(
    page: Client, make: Make, globex: Tenant, drafts: Feature
) -> None:
    one, two, three = make(3), make(2, tenant=globex), make(1, feature=drafts)
    assert ids(page, tenant="globex") == [two.call.id]
    assert ids(page, feature="drafts") == [three.call.id]
    assert ids(page) == [three.call.id, two.call.id, one.call.id]


def test_several_outcomes_are_found_together(page: Client, make: Make) -> None:
    make(3)
    failed, broken = make(2, outcome=Outcome.PROVIDER_ERROR), make(1, outcome=Outcome.INTERRUPTED)
    assert ids(page, outcome=["provider_error", "interrupted"]) == [broken.call.id, failed.call.id]


def test_a_version_is_named_as_people_name_it(page: Client, make: Make, now: Any) -> None:
    prompt = Prompt.objects.create(name="welcome")
    PromptVersion.objects.create(prompt=prompt, hash=HASH, number=17, content="{}", pushed_at=now, pushed_by="x")
    make(2)
    wanted = make(1, prompt_version=HASH)
    assert ids(page, version="welcome@v17") == [wanted.call.id]
    assert "/prompts/welcome/v17/" in text(page.get(CALLS, {"version": "welcome@v17"}))
    assert page.get(CALLS, {"version": "welcome@v18"}).status_code == 422


def test_a_day_is_shown_unless_more_is_asked_for(page: Client, make: Make) -> None:
    old, new = make(60 * 30), make(1)
    assert ids(page) == [new.call.id]
    assert ids(page, **{"from": "now-7d"}) == [new.call.id, old.call.id]
    assert ids(page, **{"from": "now-7d", "to": "now-24h"}) == [old.call.id]
    assert "last 24 hours" in text(page.get(CALLS))


def test_pages_follow_each_other_and_lead_back(page: Client, make: Make) -> None:
    made = [make(minutes).call.id for minutes in range(1, 122)]
    first = page.get(CALLS)
    second = page.get(CALLS + first.context["older"])
    third = page.get(CALLS + second.context["older"])
    pages = [[line.call.id for line in each.context["lines"]] for each in (first, second, third)]
    assert pages == [made[:50], made[50:100], made[100:]]
    assert (first.context["newer"], third.context["older"]) == ("", "")
    assert "50 of more than 50" in text(first)
    assert "21 calls" in text(third)
    back = page.get(CALLS + third.context["newer"])
    assert [line.call.id for line in back.context["lines"]] == made[50:100]


def test_presets_keep_the_other_filters(page: Client, make: Make) -> None:
    make()
    answer = page.get(CALLS, {"tenant": "acme", "fallback": "yes"})
    chips = {chip.label: chip for chip in answer.context["chips"]}
    assert chips["Fallbacks"].is_chosen
    assert chips["Errors"].url == "?tenant=acme&outcome=provider_error&outcome=interrupted"
    assert chips["All"].url == "?tenant=acme"


def test_each_filter_is_taken_away_alone(page: Client, make: Make) -> None:
    make()
    answer = page.get(CALLS, {"tenant": "acme", "outcome": ["ok", "refused"]})
    assert [(each.label, each.value, each.url) for each in answer.context["asked"].filters] == [
        ("Tenant", "Acme Robotics", "?outcome=ok&outcome=refused"),
        ("Outcome", "Answered", "?tenant=acme&outcome=refused"),
        ("Outcome", "Refused by us", "?tenant=acme&outcome=ok"),
    ]


def test_what_a_form_left_empty_is_not_in_the_address(page: Client, acme: Tenant) -> None:
    answer = page.get(CALLS, {"tenant": "acme", "user": "", "ms": ""})
    assert (answer.status_code, answer["Location"]) == (302, "/calls/?tenant=acme")


def test_an_id_opens_its_call(page: Client, make: Make) -> None:
    key = make().call.id
    assert page.get(CALLS, {"id": f" {key} "})["Location"] == f"/calls/{key}/"
    answer = page.get(CALLS, {"id": "01-wrong"})
    assert answer.status_code == 422
    assert "“Id begins with” cannot be “01-wrong”; it can be the id of a call, or at least six digits" in text(answer)


def test_the_beginning_of_an_id_finds_those_that_begin_so_whenever_they_were(page: Client, make: Make) -> None:
    old = make(60 * 24 * 3).call.id
    make(1)
    assert ids(page, id=str(old)[:10]) == [old]
    assert page.get(CALLS, {"id": str(old)[:10]}).context["asked"].filters[0].label == "Id begins with"


def test_a_reason_that_was_said_in_words_stays_chosen_in_the_form(page: Client, make: Make) -> None:
    make(grounding=GROUNDING._replace(refusal="low_confidence"))
    shown = text(page.get(CALLS, {"refusal": "Not sure enough"}))
    assert '<option value="low_confidence" selected' in shown


def test_calls_that_were_asked_are_found_without_the_kept_ones(page: Client, make: Make) -> None:
    make(1, **KEPT)
    stopped, asked = make(3, outcome=Outcome.STOPPED, price_match=PriceMatch.NOTHING_ASKED), make(2)
    assert ids(page, kept="no") == [asked.call.id, stopped.call.id]
    kept = page.get(CALLS, {"kept": "yes"})
    assert next(chip.label for chip in kept.context["chips"] if chip.is_chosen) == "Kept answers"


def test_before_the_first_call_the_page_says_how_to_make_one(page: Client, acme: Tenant) -> None:
    answer = page.get(CALLS)
    assert "No calls yet" in text(answer)
    assert "X-AIOps-Feature" in text(answer)


def test_where_nothing_fits_the_way_out_is_shown(page: Client, make: Make) -> None:
    make()
    answer = text(page.get(CALLS, {"user": "nobody"}))
    assert "No call fits" in answer
    assert "Show all calls" in answer


def test_a_tenants_own_people_see_only_theirs(client: Client, make: Make, stranger: User, globex: Tenant) -> None:
    make(2, user="ada")
    theirs = make(1, tenant=globex, user="ada")
    client.force_login(stranger)
    assert ids(client) == ids(client, user="ada") == [theirs.call.id]
    anothers, nobodys = (client.get(CALLS, {"tenant": slug}) for slug in ("acme", "nobody"))
    assert anothers.status_code == nobodys.status_code == 422
    assert [line.call.id for line in anothers.context["lines"]] == [theirs.call.id]
    assert text(anothers).count("acme") == text(nobodys).count("nobody")


def test_a_tenants_own_people_name_no_versions_of_ours(
    client: Client, make: Make, viewer: User, now: Any, acme: Tenant
) -> None:
    prompt = Prompt.objects.create(name="welcome")
    PromptVersion.objects.create(prompt=prompt, hash=HASH, number=17, content="{}", pushed_at=now, pushed_by="x")
    make(prompt_version=HASH)
    client.force_login(viewer)
    assert "welcome" not in text(client.get(CALLS))
    assert client.get(CALLS, {"version": "welcome@v17"}).status_code == 422


def test_others_text_is_shown_and_does_nothing(page: Client, make: Make) -> None:
    make(user="<b>eve\u202e", hops=(Hop("<i>", "x", 500, 1, "500"), Hop("gpt-test", "openai", 200, 1, "")))
    answer = text(page.get(CALLS))
    assert "&lt;b&gt;eve\\u202e" in answer
    assert "<b>eve" not in answer


def test_calls_are_only_read_here(page: Client) -> None:
    assert page.post(CALLS).status_code == 405


def test_the_range_of_a_link_is_pinned(page: Client, make: Make, now: Any) -> None:
    make()
    link = page.get(CALLS, {"outcome": "ok"}).context["link"]
    since = (now - timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M")
    assert link.startswith(f"http://testserver/calls/?outcome=ok&from={since}")
    assert "now" not in link


def test_what_evals_ask_is_shown_when_it_is_asked_for(page: Client, make: Make, operator: Tenant) -> None:
    theirs = make(2).call.id
    own = make(1, tenant=operator, user="system:evals").call.id
    assert ids(page) == [theirs]
    assert ids(page, own="yes") == ids(page, tenant="_operator") == ids(page, user="system:evals") == [own]
    assert ids(page, feature="answers") == [own, theirs]


def test_ids_of_people_match_exactly_and_the_page_says_so(page: Client, make: Make) -> None:
    make(user="ada@example.com")
    answer = text(page.get(CALLS, {"user": "ada"}))
    assert "found by their exact id" in answer
    assert 'placeholder="Exact id"' in answer


def test_a_tenants_own_people_are_not_offered_what_is_the_consoles(
    client: Client, make: Make, viewer: User, page: Client
) -> None:
    make()
    make_suite("welcome")
    assert "Evals’ own" in text(page.get(CALLS))
    assert "Evals: welcome" in text(page.get(CALLS))
    client.force_login(viewer)
    assert "Evals’ own" not in text(client.get(CALLS))
    assert "Evals: welcome" not in text(client.get(CALLS))


def test_made_up_quotes_are_found_and_marked(page: Client, make: Make) -> None:
    bad = make(3, grounding=GROUNDING._replace(fabricated=2)).call.id
    moved = make(2, grounding=GROUNDING._replace(fabricated=0, wrong_source=1)).call.id
    good = make(1, grounding=GROUNDING._replace(fabricated=0)).call.id
    make(4)
    assert ids(page, quotes="bad") == [moved, bad]
    assert ids(page, quotes="good") == [good]
    answer = text(page.get(CALLS))
    assert "2 made-up quotes" in answer
    assert "1 quote of another source" in answer
    assert "“Quotes” cannot be “many”; it can be bad, good, fabricated" in text(page.get(CALLS, {"quotes": "many"}))
