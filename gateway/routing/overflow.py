"""Whether a provider says that the question does not fit the model, as each of them puts it. Pure."""

import re
from http import HTTPStatus
from typing import Final

_STATUSES: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
# OpenAI, Azure, OpenRouter, Groq, Mistral's; llama.cpp's.
_CODES: Final = frozenset({"context_length_exceeded", "exceed_context_size_error", "context_window_exceeded"})
_MESSAGES: Final = re.compile(
    # OpenAI, Azure, vLLM, SGLang: "This model's maximum context length is 8192 tokens. However, …".
    r"maximum (?:context|prompt) length"
    # llama.cpp: "the request exceeds the available context size", "request (9001 tokens) exceeds …".
    r"|exceeds? the available context size"
    # Anthropic: "prompt is too long: 210000 tokens > 200000 maximum", "input length and `max_tokens` exceed context
    # limit: …".
    r"|prompt is too long: \d+"
    r"|exceeds? (?:the )?context (?:limit|window|length)"
    # Gemini: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
    r"|exceeds the maximum number of tokens"
    # Bedrock, Cohere: "Input is too long for requested model", "too many tokens: total number of tokens …".
    r"|input is too long for requested model"
    r"|too many tokens: (?:total )?number of tokens"
    # vLLM's newer: "The decoder prompt (length 9001) is longer than the maximum model length of 8192."
    r"|longer than the maximum model length",
    re.IGNORECASE,
)
# What a caller could put into an error's text is looked through no further.
_MOST: Final = 2000


def is_overflow(status: int, code: str, kind: str, message: str) -> bool:
    """Of a refusal: its code and type, if it has any, and what it says."""
    if status not in _STATUSES:
        return False
    return code in _CODES or kind in _CODES or _MESSAGES.search(message[:_MOST]) is not None
