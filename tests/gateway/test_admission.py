"""The steps before a provider is asked, one at a time."""

from dataclasses import replace
from uuid import UUID

import pytest

from costs.endusers import user_key
from gateway.config import Feature, Key, Route, Tenant
from gateway.errors import (
    BadBody,
    BadKey,
    BadTag,
    MissingModel,
    MissingTag,
    PinnedElsewhere,
    Refusal,
    UnknownFeature,
    UnknownModel,
)
from gateway.steps import admission
from killswitch import scopes
from tenants import keys
from tests.gateway.factories import ANSWERS, DRAFTS, KEY, NOON, admit, make_call, make_config, make_model

OTHER = keys.mint("production")
MINE = Key(KEY.secret_hash, Tenant(UUID(int=9), "acme"), "production")


def test_from_the_key_follow_tenant_and_environment() -> None:
    call = make_call()
    admission.authenticate(call)
    assert (call.key.tenant.slug, call.key.environment) == ("acme", "production")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {KEY}",
        "Bearer sk-1",
        f"Bearer {KEY}0",
        f"Bearer {keys.mint('production')}",
        "Bearer ä",
    ],
    ids=[
        "nothing",
        "no key",
        "an empty key",
        "another scheme",
        "a key of another house",
        "a letter too many",
        "a key never minted here",
        "no ASCII",
    ],
)
def test_what_is_no_live_key_of_ours_is_refused(authorization: str) -> None:
    with pytest.raises(BadKey):
        admission.authenticate(make_call(authorization=authorization))


@pytest.mark.parametrize(
    "key",
    [
        replace(MINE, expires_at=NOON - 1e9),
        replace(MINE, environment="staging"),
        replace(MINE, secret_hash=keys.mint("production").secret_hash),
    ],
    ids=["expired", "of another environment", "of another secret"],
)
def test_a_key_must_be_live_and_whole(key: Key) -> None:
    with pytest.raises(BadKey):
        admission.authenticate(make_call(config=make_config(key=key)))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_schemes_case_does_not_matter(scheme: str) -> None:
    call = make_call(authorization=f"{scheme} {KEY}")
    admission.authenticate(call)
    assert call.key.environment == "production"


def test_the_header_wins_over_the_body() -> None:
    body = {"model": "mini", "user": "of the body", "metadata": {"feature": "drafts", "user": "of the metadata"}}
    call = admit(make_call(body, x_aiops_feature="answers", x_aiops_user="of the header"))
    assert (call.feature, call.user, call.session) == (ANSWERS, "of the header", "")


@pytest.mark.parametrize(
    ("body", "user"),
    [
        ({"safety_identifier": "a", "user": "b", "metadata": {"user": "c"}}, "a"),
        ({"user": "b", "metadata": {"user": "c"}}, "b"),
        ({"user": "", "metadata": {"user": "c"}}, "c"),
    ],
)
def test_the_user_is_the_first_that_is_named(body: dict[str, object], user: str) -> None:
    assert admit(make_call({"model": "mini", **body}, x_aiops_feature="answers")).user == user


@pytest.mark.parametrize("metadata", [None, "text", [], {"feature": None}, {"feature": ""}])
def test_metadata_that_names_no_feature_names_none(metadata: object) -> None:
    with pytest.raises(MissingTag):
        admit(make_call({"model": "mini", "metadata": metadata}, x_aiops_user="u"))


@pytest.mark.parametrize("named", ["", "drafts"])
def test_a_pinned_key_says_the_feature(named: str) -> None:
    config = make_config(key=replace(MINE, feature=DRAFTS))
    assert admit(make_call(config=config, x_aiops_user="u", x_aiops_feature=named)).feature == DRAFTS


def test_a_pinned_key_says_no_other_feature() -> None:
    config = make_config(key=replace(MINE, feature=DRAFTS))
    with pytest.raises(PinnedElsewhere):
        admit(make_call(config=config, x_aiops_user="u", x_aiops_feature="answers"))


OWN = Feature(UUID(int=4), "chain-drill", is_own=True)
WITH_OWN = {"answers": ANSWERS, OWN.slug: OWN}


@pytest.mark.parametrize("pinned", [None, OWN])
def test_a_feature_of_the_consoles_own_is_not_there_for_customers(pinned: Feature | None) -> None:
    config = replace(make_config(key=replace(MINE, feature=pinned)), features=WITH_OWN)
    with pytest.raises(UnknownFeature) as caught:
        admit(make_call(config=config, x_aiops_user="u", x_aiops_feature=OWN.slug))
    assert caught.value.detail.endswith("Registered are: answers.")


def test_the_consoles_own_keys_may_name_it() -> None:
    console = replace(MINE, tenant=Tenant(UUID(int=9), "_operator", is_operator=True))
    config = replace(make_config(key=console), features=WITH_OWN)
    assert admit(make_call(config=config, x_aiops_user="u", x_aiops_feature=OWN.slug)).feature == OWN


def test_the_targets_are_the_tenant_and_its_feature() -> None:
    call = admit(make_call(x_aiops_user="u", x_aiops_feature="answers"))
    assert call.targets == scopes.call_keys(call.key.tenant.id, ANSWERS.id, user_key(call.key.tenant.id, call.user))


def test_a_model_that_the_tenant_may_not_use_is_not_there() -> None:
    call = make_call(config=make_config(allowed=frozenset({"large"})), x_aiops_user="u", x_aiops_feature="answers")
    with pytest.raises(UnknownModel):
        admit(call)


@pytest.mark.parametrize("model", [None, 7, "", ["mini"]])
def test_a_model_that_is_no_name_is_missed(model: object) -> None:
    with pytest.raises(MissingModel, match="mini"):
        admit(make_call({"model": model}, x_aiops_user="u", x_aiops_feature="answers"))


def test_a_long_list_of_models_is_told_by_the_closest_three() -> None:
    config = make_config(*(make_model(f"mini-{number}") for number in range(10, 65)))
    with pytest.raises(UnknownModel) as caught:
        admit(make_call({"model": "mini-1o"}, config=config, x_aiops_user="u", x_aiops_feature="answers"))
    assert "Did you mean mini-" in caught.value.detail
    assert caught.value.detail.count("mini-") == 4
    assert "There are 52 others: GET /v1/models lists them all." in caught.value.detail


@pytest.mark.parametrize(
    ("named", "near"),
    [
        ("aiops-chain-5o", "Did you mean aiops-chain-5"),
        ("GPT4o-mini", "Did you mean gpt-4o-mini? "),
        ("aiops-zzz", "This key may use: aiops-chain-10, "),
        ("zzz", "This key may use: chain-10, "),
    ],
)
def test_an_alias_is_compared_with_aliases(named: str, near: str) -> None:
    config = make_config(make_model("gpt-4o-mini"))
    chains = {f"chain-{number}": Route(f"chain-{number}", (), chain="of-these") for number in range(10, 65)}
    config = replace(config, routes={**config.routes, **chains})
    with pytest.raises(UnknownModel) as caught:
        admit(make_call({"model": named}, config=config, x_aiops_user="u", x_aiops_feature="answers"))
    assert f"Model {named!r} is not there for this key. {near}" in caught.value.detail


@pytest.mark.parametrize("key", ["", "k" * 256, "a\tb", "schlüssel"])
def test_an_idempotency_key_is_a_short_line(key: str) -> None:
    with pytest.raises(BadTag, match="1 to 255 printable ASCII characters"):
        admission.parse(make_call(x_aiops_idempotency_key=key))


def test_a_word_for_the_features_chain_is_a_model_that_is_said() -> None:
    with pytest.raises(MissingModel) as caught:
        admit(make_call({"model": "aiops-auto"}, x_aiops_user="u", x_aiops_feature="answers"))
    assert "'aiops-auto' stands for the chain of the call's feature, and feature 'answers' has none" in str(
        caught.value
    )
    assert "features.answers.chain in aiops.yaml sets it" in str(caught.value)


def test_a_name_of_any_length_is_answered_shortly() -> None:
    with pytest.raises(UnknownModel) as caught:
        admit(make_call({"model": "x" * 10_000}, x_aiops_user="u", x_aiops_feature="answers"))
    assert len(caught.value.detail) < 400


@pytest.mark.parametrize(("stream", "streamed"), [(None, False), (False, False), (True, True)])
def test_only_true_streams(stream: object, streamed: bool) -> None:
    call = make_call({"model": "mini", "stream": stream})
    admission.parse(call)
    assert call.is_streamed is streamed


@pytest.mark.parametrize("stream", ["true", 1, {}])
def test_a_stream_that_is_neither_true_nor_false_is_refused_before_it_is_paid(stream: object) -> None:
    with pytest.raises(BadBody, match="true or false"):
        admission.parse(make_call({"model": "mini", "stream": stream}))


def test_every_refusal_has_a_code_and_a_status() -> None:
    families = [refusal for kind in Refusal.__subclasses__() for refusal in [kind, *kind.__subclasses__()]]
    assert [kind.__name__ for kind in families if not 400 <= kind.status < 600] == []
