"""Anthropic's errors in the words that OpenAI's clients know. Pure."""

import re
from typing import Any, Final

CONTEXT_LENGTH: Final = "context_length_exceeded"
# Its type, then OpenAI's type and code.
_WORDS: Final = {
    "invalid_request_error": ("invalid_request_error", None),
    "authentication_error": ("invalid_request_error", "invalid_api_key"),
    "billing_error": ("insufficient_quota", "insufficient_quota"),
    "permission_error": ("permission_error", "forbidden"),
    "not_found_error": ("invalid_request_error", "model_not_found"),
    "request_too_large": ("invalid_request_error", "request_too_large"),
    "rate_limit_error": ("rate_limit_error", "rate_limit_exceeded"),
    "timeout_error": ("server_error", "timeout"),
    "overloaded_error": ("server_error", "overloaded"),
    "api_error": ("server_error", "internal_error"),
}
_TOO_LONG: Final = re.compile(
    r"prompt is too long|exceeds? (?:the )?(?:model'?s? )?context (?:limit|window|length)|context window exceeded"
    r"|too many (?:input )?tokens",
    re.IGNORECASE,
)
_NO_CREDIT: Final = re.compile(r"credit balance is too low|spend(?:ing)? limit", re.IGNORECASE)


def known(error: object) -> dict[str, Any]:
    """Of an answer that is an error, its `error`; of an event of a stream likewise. What is not known stays."""
    given = error if isinstance(error, dict) else {"message": str(error or "")}
    message, kind = str(given.get("message") or ""), str(given.get("type") or "")
    type_, code = _in_words(kind, message)
    return {
        **{name: value for name, value in given.items() if name not in ("type", "message")},
        "message": message or f"The provider failed ({kind or 'no reason given'}).",
        "type": type_,
        "code": code,
        "param": given.get("param"),
        "provider_type": kind,
    }


def _in_words(kind: str, message: str) -> tuple[str, str | None]:
    if kind == "invalid_request_error" and _TOO_LONG.search(message):
        return kind, CONTEXT_LENGTH
    if kind == "invalid_request_error" and _NO_CREDIT.search(message):
        return "insufficient_quota", "insufficient_quota"
    return _WORDS.get(kind, (kind or "provider_error", None))
