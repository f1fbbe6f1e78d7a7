"""The headers by which Anthropic knows who asks, and in which version of its API. Pure."""

from collections.abc import Mapping
from typing import Final

# The version that every model takes, on every cloud, and in which those before 4.7 still heed a temperature. The next
# one, 2026-10-21, refuses any; what is sent here without one is valid in both.
VERSION: Final = "2023-06-01"


def headers(api_key: str | None) -> Mapping[str, str]:
    key = {} if api_key is None else {"x-api-key": api_key}
    return {"anthropic-version": VERSION, **key}
