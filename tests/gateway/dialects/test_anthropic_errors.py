"""Anthropic's errors in words that OpenAI's clients know."""

import pytest

from gateway.dialects.anthropic.errors import known


@pytest.mark.parametrize(
    ("kind", "message", "told"),
    [
        ("invalid_request_error", "max_tokens: Field required", ("invalid_request_error", None)),
        (
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
            ("invalid_request_error", "context_length_exceeded"),
        ),
        (
            "invalid_request_error",
            "input length and `max_tokens` exceed context limit: 190000 + 16384 > 200000",
            ("invalid_request_error", "context_length_exceeded"),
        ),
        (
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API.",
            ("insufficient_quota", "insufficient_quota"),
        ),
        ("authentication_error", "invalid x-api-key", ("invalid_request_error", "invalid_api_key")),
        ("billing_error", "No", ("insufficient_quota", "insufficient_quota")),
        ("permission_error", "No", ("permission_error", "forbidden")),
        ("not_found_error", "model: claude-0", ("invalid_request_error", "model_not_found")),
        ("request_too_large", "No", ("invalid_request_error", "request_too_large")),
        ("rate_limit_error", "No", ("rate_limit_error", "rate_limit_exceeded")),
        ("api_error", "No", ("server_error", "internal_error")),
        ("timeout_error", "No", ("server_error", "timeout")),
        ("overloaded_error", "Overloaded", ("server_error", "overloaded")),
        ("a_new_error", "No", ("a_new_error", None)),
        ("", "No", ("provider_error", None)),
    ],
)
def test_each_kind(kind: str, message: str, told: tuple[str, str | None]) -> None:
    error = known({"type": kind, "message": message})
    assert (error["type"], error["code"]) == told
    assert (error["message"], error["provider_type"], error["param"]) == (message, kind, None)


def test_what_else_it_says_stays() -> None:
    assert known({"type": "rate_limit_error", "message": "No", "details": {"limit": 5}})["details"] == {"limit": 5}


@pytest.mark.parametrize("strange", [None, "down", [], {"message": None}])
def test_a_strange_one_is_one_all_the_same(strange: object) -> None:
    assert known(strange)["message"]
