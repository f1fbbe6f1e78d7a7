"""What went wrong at the providers; their own words are kept, and marked as theirs."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from gateway.errors.refusal import Refusal


class ProviderRefused(Refusal):
    """The provider found fault with the request itself: no other model is asked, and its own words go back."""

    source = "provider"

    def __init__(self, status: int, provider: str, model: str, told: Mapping[str, Any]) -> None:
        super().__init__(str(told.get("message") or f"{provider} answered {status} to this request."))
        # What the provider said, for records; what callers are told may be another.
        self.answered, self.status = status, _known(status)
        self.type = str(told.get("type") or "invalid_request_error")
        self.code = str(told.get("code") or f"provider_{status}")
        self.param = told.get("param")
        self._told = {**told, "provider": provider, "model": model}

    def facts(self) -> dict[str, Any]:
        return self._told | super().facts()


class KeyRefused(ProviderRefused):
    """The provider does not take the operator's key. The caller's own is fine, and its client is not told otherwise."""

    has_safe_answer = True

    def __init__(self, provider: str, model: str, told: Mapping[str, Any]) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, provider, model, told)
        self.detail = (
            f"Provider {provider} refused this gateway's own key, so whoever runs the gateway has to set another. "
            f"It said: {self.detail}"
        )
        self.status, self.type, self.code = HTTPStatus.BAD_GATEWAY, "provider_error", "provider_key_refused"


class NoAnswer(Refusal):
    """Every model that could be asked failed."""

    status = HTTPStatus.BAD_GATEWAY
    type = "provider_error"
    code = "no_model_answered"
    source = "provider"
    has_safe_answer = True

    def __init__(self, hops: str, *, status: HTTPStatus, code: str, retry_after: float | None = None) -> None:
        super().__init__(f"No model answered: {hops}.")
        self.status, self.code, self.retry_after = status, code, retry_after
        self.retry = status != HTTPStatus.GATEWAY_TIMEOUT


class NoKey(NoAnswer):
    """Nobody was asked, and nobody will be until the operator has set it."""

    def __init__(self, lacking: Mapping[str, str]) -> None:
        named = "; ".join(f"provider {slug} has no key ({variable} is not set)" for slug, variable in lacking.items())
        super().__init__(named, status=HTTPStatus.BAD_GATEWAY, code="provider_without_key")
        self.retry = False


class OutOfCredit(NoAnswer):
    """The operator has to pay; the caller's own account is fine, and its client is not told otherwise."""

    def __init__(self, hops: str) -> None:
        told = f"{hops}; 402 is of the gateway's own account at the provider, so whoever runs the gateway has to pay"
        super().__init__(told, status=HTTPStatus.BAD_GATEWAY, code="provider_out_of_credit")
        self.retry = False


class BrokeOff(Refusal):
    """The provider failed when its answer had begun: it goes no further, and another model's would not fit on."""

    status = HTTPStatus.BAD_GATEWAY
    type = "provider_error"
    source = "provider"
    has_safe_answer = True

    def __init__(self, model: str, code: str, detail: str) -> None:
        super().__init__(f"{model} broke off in the middle of its answer: {detail}")
        self.code = code


def _known(status: int) -> HTTPStatus:
    """Some providers make up numbers; clients know only the registered ones."""
    try:
        return HTTPStatus(status)
    except ValueError:
        return HTTPStatus.BAD_REQUEST
