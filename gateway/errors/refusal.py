"""What the gateway answers when it does not answer: one family, in OpenAI's shape. Pure."""

from typing import Any, ClassVar

import orjson

from tenants.refusals import Refused


class Refusal(Refused):
    """`type`, `code` and `param` are for programs, `detail` for people; `retry` tells OpenAI's clients what to do."""

    type: str = "invalid_request_error"
    param: str | None = None
    retry: bool = False
    retry_after: float | None = None
    # Of a call that was refused for the sake of others: why.
    shed: ClassVar[str] = ""
    # Whose refusal it is: ours or the provider's.
    source: ClassVar[str] = "gateway"
    # Whether models are to blame, and what the feature's users may read instead of an answer.
    has_safe_answer: ClassVar[bool] = False
    safe_answer: str = ""

    def facts(self) -> dict[str, Any]:
        told = {"message": self.detail, "type": self.type, "param": self.param, "code": self.code}
        return {**told, "safe_answer": self.safe_answer} if self.has_safe_answer and self.safe_answer else told

    def body(self) -> bytes:
        return orjson.dumps({"error": self.facts()})

    def headers(self) -> list[tuple[bytes, bytes]]:
        headers = [(b"x-should-retry", b"true" if self.retry else b"false"), (b"x-aiops-source", self.source.encode())]
        if self.retry_after is not None:
            headers.append((b"retry-after", f"{self.retry_after:g}".encode()))
        return headers
