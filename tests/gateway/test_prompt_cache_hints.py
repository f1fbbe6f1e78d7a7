"""Providers that keep the beginning of prompts are told which questions begin alike."""

from typing import Any

import pytest

from gateway.config import Model
from gateway.dialects.chat import ChatDialect
from gateway.dialects.openais_own import is_openais_own
from gateway.routing.upstream import body_for
from tests.gateway.factories import admit, make_call, make_model

OPENAI, OTHER = make_model(takes_cache_key=True), make_model()


def sent(model: Model, *, version: str | None = "abcdef1234567890", **body: Any) -> dict[str, Any]:
    call = admit(make_call({"model": "mini", "messages": [], **body}, x_aiops_user="u", x_aiops_feature="answers"))
    call.prompt_version = version
    return body_for(call, model, ChatDialect())


def test_questions_of_one_version_of_a_prompt_are_told_to_begin_alike() -> None:
    assert sent(OPENAI)["prompt_cache_key"] == "answers:abcdef123456"


def test_the_callers_own_word_stays() -> None:
    assert sent(OPENAI, prompt_cache_key="mine")["prompt_cache_key"] == "mine"


@pytest.mark.parametrize(("model", "version"), [(OTHER, "abcdef1234567890"), (OPENAI, None)])
def test_no_word_goes_to_who_may_refuse_it_or_where_nothing_is_known(model: Model, version: str | None) -> None:
    assert "prompt_cache_key" not in sent(model, version=version)


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("https://api.openai.com/v1", True),
        ("https://acme.openai.azure.com/openai/v1", True),
        ("https://api.openai.com.evil.example/v1", False),
        ("https://api.anthropic.com/v1", False),
    ],
)
def test_openais_own_addresses_are_told_by_their_host(address: str, is_own: bool) -> None:
    assert is_openais_own(address) is is_own
