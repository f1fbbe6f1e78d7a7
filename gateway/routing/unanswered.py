"""What a call that no model answered is told, by how they failed. Pure."""

from collections.abc import Sequence
from http import HTTPStatus
from operator import attrgetter
from typing import Final

from gateway.call import Call
from gateway.config import Model
from gateway.errors import NoAnswer, NoKey, OutOfCredit, ProviderRefused, Refusal, Stopped, UnsupportedByModels
from gateway.routing.failures import Failure
from gateway.routing.triggers import Trigger, trigger_of
from killswitch.guard import ActiveStop

_STATUSES: Final = {
    Trigger.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Trigger.OVERLOADED: HTTPStatus.SERVICE_UNAVAILABLE,
    Trigger.TIMEOUT: HTTPStatus.GATEWAY_TIMEOUT,
}


class InVain:
    """What came of the models that gave no answer."""

    def __init__(self) -> None:
        self.failures: list[Failure] = []
        # Of the models that were passed over, or left, because of one.
        self.stops: list[ActiveStop] = []
        # What providers that were passed over for it cannot do.
        self.unsupported: list[str] = []
        # What the last model said that the question was too long for, and the longest that is known to be too short.
        self._overflow: ProviderRefused | None = None
        self._window = 0

    def too_long(self, model: Model, refusal: ProviderRefused) -> None:
        self._overflow, self._window = refusal, max(self._window, model.context_window or 0)

    def is_too_small(self, model: Model) -> bool:
        return model.context_window is not None and model.context_window <= self._window

    @property
    def outweighs_stops(self) -> bool:
        """Whether the caller is told of something else than a stop."""
        return bool(self.failures or self.unsupported) or self._overflow is not None

    def told(self, call: Call, *, is_late: bool) -> Refusal:
        """To the caller, once nobody is left to be asked."""
        if not self.failures and self._overflow is not None:
            told, self._overflow = self._overflow, None
            return told
        if not self.failures and self.unsupported:
            return UnsupportedByModels(self.unsupported)
        if not self.failures and self.stops:
            return Stopped(max(self.stops, key=attrgetter("strictness")))
        return _no_answer(call, self.failures, is_late=is_late)


def ended_by(call: Call, failure: Failure) -> NoAnswer:
    """A failure for which the chain does not go on."""
    trigger = _trigger_of(failure)
    told = f"{call.fallback_told()}; chain {call.route.name!r} asks no other model after {trigger}"
    if failure.status == HTTPStatus.PAYMENT_REQUIRED:
        return OutOfCredit(told)
    status = _STATUSES.get(trigger, HTTPStatus.BAD_GATEWAY)
    return NoAnswer(told, status=status, code=str(trigger), retry_after=failure.retry_after)


def _no_answer(call: Call, failures: Sequence[Failure], *, is_late: bool) -> NoAnswer:
    """All that could be asked have failed; without a failure there was no time to ask."""
    told = call.fallback_told() or "no attempt fitted into the time there was"
    if is_late:
        told += f"; then its deadline of {call.route.deadline_seconds:g} s was over, and nobody else was asked"
    if failures and all(failure.reason == "no_key" for failure in failures):
        providers = [member.model.provider for member in call.route.members]
        return NoKey({provider.slug: provider.lacks_key for provider in providers if provider.lacks_key})
    if failures and all(failure.status == HTTPStatus.PAYMENT_REQUIRED for failure in failures):
        return OutOfCredit(told)
    kinds = set(map(_trigger_of, failures))
    if kinds == {Trigger.RATE_LIMITED}:
        waits = [failure.retry_after for failure in failures if failure.retry_after is not None]
        return NoAnswer(
            told, status=HTTPStatus.TOO_MANY_REQUESTS, code="rate_limited", retry_after=min(waits, default=None)
        )
    if kinds <= {Trigger.TIMEOUT}:
        return NoAnswer(told, status=HTTPStatus.GATEWAY_TIMEOUT, code="timeout")
    return NoAnswer(told, status=HTTPStatus.BAD_GATEWAY, code="no_model_answered")


def _trigger_of(failure: Failure) -> Trigger:
    return trigger_of(failure.reason, retry_after=failure.retry_after)
