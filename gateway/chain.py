"""The walk: ask the models of the route, one after the other, until one answers."""

import asyncio
import random
from collections.abc import Callable, Sequence
from http import HTTPStatus
from itertools import takewhile
from operator import attrgetter
from typing import Final

from gateway.call import Call
from gateway.config import Member, Model, Provider
from gateway.cooldown import Cooldowns
from gateway.errors import Gone, NoAnswer, NoKey, ProviderRefused, Stopped
from gateway.guarding import guard_anew, stop_of_road
from gateway.pulse import Pulse
from gateway.recording import usage_of
from gateway.upstream import Failed, Stream, Upstream, Whole
from killswitch.guard import ActiveStop
from killswitch.inflight import Inflight
from killswitch.snapshot import StopsSnapshot

# However the chain is declared, no call is worth more attempts.
_MOST_HOPS: Final = 12
_BACK_OFF_SECONDS: Final = 0.1
_LONGEST_WAIT_SECONDS: Final = 5.0


_OFF: Final = "stopped"


class _Off(Exception):
    """This model is stopped: the next one's turn has come."""

    def __init__(self, stop: ActiveStop) -> None:
        super().__init__(stop.target)
        self.stop = stop


class Walk:
    def __init__(
        self,
        call: Call,
        upstream: Upstream,
        stops: StopsSnapshot,
        inflight: Inflight,
        cooldowns: Cooldowns,
        pulse: Pulse,
        *,
        is_abandoned: Callable[[], bool],
    ) -> None:
        self._call, self._upstream, self._stops, self._cooldowns = call, upstream, stops, cooldowns
        self._inflight, self._pulse = inflight, pulse
        self._is_abandoned = is_abandoned
        self._until = call.clock.ticks() + call.route.deadline_seconds
        self._failures: list[Failed] = []
        # Of the models that were passed over, or left, because of one.
        self._off: list[ActiveStop] = []
        self._rest: Sequence[Member] = ()
        call.is_replaceable = self._has_others

    async def answer(self) -> Whole | Stream:
        """The first answer. Raises what the provider refused, NoAnswer, or Stopped when stops leave no model."""
        fresh, cooling = self._cooldowns.split(self._call.route.members)
        if cooling and fresh:
            self._pass_over(cooling)
        members = (*fresh, *cooling)
        for place, member in enumerate(members, 1):
            self._rest = members[place:]
            reply = await self._ask(member)
            if reply is not None:
                return reply
        raise self._no_answer()

    async def may_give(self, reply: Whole) -> bool:
        """Not if its model was stopped since: nobody has any of it yet, so another model is asked."""
        if self._pulse.is_late():
            await self._pulse.catch_up()
        stop = stop_of_road(self._call, reply.model, self._stops)
        if stop is None:
            return True
        self._call.used = self._call.used or usage_of(self._call, reply)
        self._call.spend(reply.model)
        self._call.add_hop(reply.model, reason=_OFF)
        self._off.append(stop)
        return False

    def _pass_over(self, cooling: Sequence[Member]) -> None:
        """Those whose turn it would have been."""
        for member in takewhile(cooling.__contains__, self._call.route.members):
            self._call.add_hop(member.model, reason="429-cooldown")

    def _has_others(self) -> bool:
        """Whether something else than a stop decides how the call ends if this model is stopped now."""
        return bool(self._failures) or not self._is_last()

    def _is_last(self) -> bool:
        return all(stop_of_road(self._call, member.model, self._stops) for member in self._rest)

    async def _ask(self, member: Member) -> Whole | Stream | None:
        """Up to `attempts` times; None when the next model's turn has come."""
        for attempt in range(1, member.attempts + 1):
            left = self._until - self._call.clock.ticks()
            if left <= 0 or len(self._failures) >= _MOST_HOPS:
                return None
            try:
                reply = await self._attempt(member, min(member.timeout_seconds, left))
            except _Off as off:
                self._off.append(off.stop)
                return None
            if reply is not None:
                return reply
            if attempt < member.attempts and not await self._may_ask_again(attempt):
                return None
        return None

    async def _attempt(self, member: Member, seconds: float) -> Whole | Stream | None:
        await guard_anew(self._call, self._stops, self._pulse)
        if self._failures and self._is_abandoned():
            raise Gone
        self._begin(member.model)
        began = self._call.clock.ticks()
        try:
            reply = await self._upstream.ask(self._call, member, seconds, before_repeat=self._before_repeat)
        except ProviderRefused as refusal:
            self._leave()
            self._call.add_hop(member.model, status=refusal.status, began=began, reason=str(int(refusal.status)))
            raise
        except Failed as failure:
            self._note(member, failure, began)
            return None
        except asyncio.CancelledError:
            stop = self._call.why_passed()
            if stop is None:
                raise
            self._leave()
            self._call.lost.append(member.model)
            self._call.add_hop(member.model, began=began, reason=_OFF)
            raise _Off(stop) from None
        if isinstance(reply, Whole):
            self._inflight.move(self._call, ())
        self._call.add_hop(member.model, status=200, began=began)
        return reply

    def _begin(self, model: Model) -> None:
        """A stop of the model finds the call from now on; one that is there already passes the model over."""
        self._inflight.move(self._call, model.road)
        stop = stop_of_road(self._call, model, self._stops)
        if stop is not None:
            self._leave()
            self._call.add_hop(model, reason=_OFF)
            raise _Off(stop)
        self._call.asking = model

    def _leave(self) -> None:
        self._inflight.move(self._call, ())
        self._call.asking = None

    async def _before_repeat(self, model: Model, began: float) -> None:
        """The connection had been closed before it carried anything: asked once more, as any attempt is."""
        self._leave()
        self._call.add_hop(model, began=began, reason="connection")
        await guard_anew(self._call, self._stops, self._pulse)
        self._begin(model)

    def _note(self, member: Member, failure: Failed, began: float) -> None:
        self._leave()
        self._failures.append(failure)
        if failure.may_be_billed:
            self._call.lost.append(member.model)
        self._call.add_hop(member.model, status=failure.status, began=began, reason=failure.reason)
        if failure.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._cooldowns.limited(member.model, failure.retry_after)

    async def _may_ask_again(self, attempt: int) -> bool:
        """Wait with full jitter, or as long as was asked for; another model that is free is better than waiting."""
        failure = self._failures[-1]
        wait = random.uniform(0, _BACK_OFF_SECONDS * 2**attempt)  # noqa: S311 - jitter
        if failure.status == HTTPStatus.TOO_MANY_REQUESTS:
            if not self._is_last():
                return False
            wait = max(wait, failure.retry_after or 0)
        if wait > min(_LONGEST_WAIT_SECONDS, self._until - self._call.clock.ticks()):
            return False
        await asyncio.sleep(wait)
        return True

    def _providers(self) -> list[Provider]:
        return [member.model.provider for member in self._call.route.members]

    def _no_answer(self) -> NoAnswer | Stopped:
        if self._off and not self._failures:
            return Stopped(max(self._off, key=attrgetter("strictness")))
        reasons = {failure.reason for failure in self._failures}
        told = self._call.fallback_told() or "no attempt fitted into the time there was"
        if reasons == {"no_key"}:
            return NoKey({provider.slug: provider.lacks_key for provider in self._providers() if provider.lacks_key})
        if reasons == {"429"}:
            waits = [failure.retry_after for failure in self._failures if failure.retry_after is not None]
            return NoAnswer(
                told, status=HTTPStatus.TOO_MANY_REQUESTS, code="rate_limited", retry_after=min(waits, default=None)
            )
        if reasons <= {"timeout"}:
            return NoAnswer(told, status=HTTPStatus.GATEWAY_TIMEOUT, code="timeout")
        return NoAnswer(told, status=HTTPStatus.BAD_GATEWAY, code="no_model_answered")
