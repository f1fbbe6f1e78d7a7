"""The walk: ask the models of the route, one after the other, until one answers."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from costs.reasons import HopReason
from gateway.breakers import Breakers, Turn
from gateway.call import Call
from gateway.config import Member, Model
from gateway.errors import Gone, ProviderRefused
from gateway.process.pulse import Pulse
from gateway.routing import backing_off, overflow
from gateway.routing.failures import CannotDo, Failed, Failure, forget_frames
from gateway.routing.triggers import Trigger, trigger_of
from gateway.routing.unanswered import InVain, ended_by
from gateway.routing.upstream import Stream, Upstream, Whole
from gateway.steps.guarding import guard_anew, stop_of_road
from gateway.steps.recording import usage_by_now, usage_of
from killswitch.inflight import Inflight
from killswitch.snapshot import StopsSnapshot

_DRILL: Final = (b"x-aiops-drill", b"429")
# In less, no provider answers.
_TOO_SHORT_SECONDS: Final = 0.02


class _Next(Exception):
    """This model is out of question for the call: the next one's turn has come."""


class Walk:
    def __init__(
        self,
        call: Call,
        upstream: Upstream,
        stops: StopsSnapshot,
        inflight: Inflight,
        breakers: Breakers,
        pulse: Pulse,
        *,
        is_abandoned: Callable[[], bool],
    ) -> None:
        self._call, self._upstream, self._stops, self._breakers = call, upstream, stops, breakers
        self._inflight, self._pulse = inflight, pulse
        self._is_abandoned = is_abandoned
        self._until = call.clock.ticks() + call.route.deadline_seconds
        self._attempts = 0
        self._in_vain = InVain()
        # The console's own checks of its chains: nobody else's.
        self._is_drill = call.headers.get(_DRILL[0]) == _DRILL[1] and call.key.tenant.is_operator
        self._rest: Sequence[Member] = ()
        # Asked over no connection that was kept, as one was closed.
        self._repeated: set[str] = set()
        # When the attempt began that is under way.
        self._began = 0.0

    async def answer(self) -> Whole | Stream:
        """The first answer. Raises what the provider refused, NoAnswer, or Stopped when stops leave no model."""
        self._call.is_replaceable = self._has_others
        try:
            return await self._first_answer()
        finally:
            # Or call and walk would hold each other until the collector comes.
            self._call.is_replaceable = bool

    async def _first_answer(self) -> Whole | Stream:
        members, waiting = self._call.route.members, list[Member]()
        for place, member in enumerate(members, 1):
            later = members[place:]
            if not self._breakers.is_free(member.model):
                self._pass_over(member, later)
                waiting.append(member)
                continue
            self._rest = (*later, *waiting)
            reply = await self._ask(member)
            if reply is not None:
                return reply
        # Better late than never.
        for place, member in enumerate(waiting, 1):
            self._rest = waiting[place:]
            reply = await self._ask(member)
            if reply is not None:
                return reply
        raise self._in_vain.told(self._call, is_late=self._is_late())

    async def may_give(self, reply: Whole) -> bool:
        """Not if its model was stopped since: nobody has any of it yet, so another model is asked."""
        # Whatever ends the call from here on.
        self._call.used = self._call.used or usage_of(self._call, reply)
        if self._pulse.is_late():
            await self._pulse.catch_up()
        stop = stop_of_road(self._call, reply.model, self._stops)
        if stop is None:
            return True
        self._call.spend(reply.model)
        self._call.add_hop(reply.model, reason=HopReason.STOPPED_AT_WORK)
        self._in_vain.stops.append(stop)
        return False

    def _pass_over(self, member: Member, later: Sequence[Member]) -> None:
        """Its turn it would have been, if another takes it."""
        if any(self._breakers.is_free(other.model) for other in later):
            self._call.add_hop(member.model, reason=self._breakers.why(member.model))

    def _has_others(self) -> bool:
        """Whether something else than a stop decides how the call ends if this model is stopped now."""
        return self._in_vain.outweighs_stops or not self._is_last()

    def _is_last(self) -> bool:
        return all(
            self._in_vain.is_too_small(member.model) or stop_of_road(self._call, member.model, self._stops)
            for member in self._rest
        )

    async def _ask(self, member: Member) -> Whole | Stream | None:
        """Up to `attempts` times; None when the next model's turn has come."""
        if self._in_vain.is_too_small(member.model):
            self._call.add_hop(member.model, reason=HopReason.SMALLER_WINDOW)
            return None
        for attempt in range(1, member.attempts + 1):
            try:
                reply = await self._attempt(member)
            except _Next:
                return None
            if reply is not None:
                return reply
            if attempt < member.attempts and not await self._may_ask_again(member, attempt):
                break
        self._check_leads_on()
        return None

    async def _attempt(self, member: Member) -> Whole | Stream | None:
        await guard_anew(self._call, self._stops, self._pulse)
        if self._is_spent():
            raise _Next
        if self._attempts and self._is_abandoned():
            raise Gone
        self._begin(member.model)
        self._attempts += 1
        seconds, grounded = min(member.timeout_seconds, self._left()), self._call.grounded
        turn = self._breakers.begin(member.model, seconds)
        # After it: what a trial says counts only if it began in the time of the trial.
        self._began = self._call.clock.ticks()
        try:
            reply = await self._reply_of(member, seconds)
        except ProviderRefused as refusal:
            self._note_refusal(member.model, refusal)
            if grounded is None or self._is_spent():
                raise
            if not grounded.may_go_without_schema(member.model.label, refusal.answered):
                raise
            return await self._attempt(member)
        except CannotDo as what:
            self._leave()
            self._in_vain.unsupported.append(f"{member.model.label}: {what}")
            self._call.add_hop(member.model, reason=HopReason.UNSUPPORTED)
            raise _Next from None
        except Failed as failed:
            self._note(member.model, failed.failure)
            return None
        except asyncio.CancelledError:
            if not self._is_stopped(member.model):
                raise
            raise _Next from None
        else:
            self._breakers.answered(member.model, self._began)
        finally:
            if turn is Turn.TRIAL:
                self._breakers.release(member.model)
        if isinstance(reply, Whole):
            self._inflight.move(self._call, ())
        self._call.add_hop(member.model, status=200, began=self._began)
        if grounded is not None:
            grounded.answered_by(member.model.label)
        return reply

    def _left(self) -> float:
        return self._until - self._call.clock.ticks()

    def _is_spent(self) -> bool:
        """All attempts that the call is worth have been made, or all of its time has passed."""
        return self._attempts >= self._call.route.max_hops or self._is_late()

    def _is_late(self) -> bool:
        return self._left() < _TOO_SHORT_SECONDS

    async def _reply_of(self, member: Member, seconds: float) -> Whole | Stream:
        if self._is_drill:
            self._is_drill = False
            raise Failed(HopReason.DRILL, status=429)
        anew = member.model.slug in self._repeated
        return await self._upstream.ask(self._call, member, seconds, before_repeat=self._before_repeat, anew=anew)

    def _begin(self, model: Model) -> None:
        """A stop of the model finds the call from now on; one that is there already passes the model over."""
        self._inflight.move(self._call, model.road)
        stop = stop_of_road(self._call, model, self._stops)
        if stop is not None:
            self._leave()
            self._call.add_hop(model, reason=HopReason.STOPPED)
            self._in_vain.stops.append(stop)
            raise _Next
        self._call.asking = model

    def _leave(self) -> None:
        self._inflight.move(self._call, ())
        self._call.asking = None

    async def _before_repeat(self, model: Model) -> None:
        """A kept connection was closed without a word: asked once more over a new one, which counts as any attempt.

        Raises Failed when the call is worth no further attempt.
        """
        if self._is_spent():
            raise Failed(HopReason.CONNECTION, is_stale=True)
        self._repeated.add(model.slug)
        self._attempts += 1
        self._leave()
        self._call.add_hop(model, began=self._began, reason=HopReason.CONNECTION)
        if self._is_abandoned():
            raise Gone
        await guard_anew(self._call, self._stops, self._pulse)
        self._begin(model)
        self._began = self._call.clock.ticks()

    def _note(self, model: Model, failure: Failure) -> None:
        if failure.may_be_billed:
            self._call.lose(model, usage_by_now(self._call))
        self._leave()
        self._in_vain.failures.append(failure)
        self._call.add_hop(model, status=failure.status, began=self._began, reason=failure.reason)
        if not failure.is_stale:
            self._breakers.failed(model, self._began, failure.reason, failure.retry_after)

    def _note_refusal(self, model: Model, refusal: ProviderRefused) -> None:
        """Of the question itself, which ends the call; but one that was only too long may fit another model."""
        self._leave()
        self._breakers.answered(model, self._began)
        is_overflow = overflow.is_overflow(refusal.answered, refusal.code, refusal.type, refusal.detail)
        reason = HopReason.CONTEXT_OVERFLOW if is_overflow else str(refusal.answered)
        self._call.add_hop(model, status=refusal.answered, began=self._began, reason=reason)
        if is_overflow and Trigger.CONTEXT_OVERFLOW in self._call.route.triggers:
            # What it came through would hold this walk.
            forget_frames(refusal)
            self._in_vain.too_long(model, refusal)
            raise _Next

    def _is_stopped(self, model: Model) -> bool:
        """Whether a stop of this model alone cut the attempt."""
        stop = self._call.why_passed()
        if stop is None:
            return False
        self._call.lose(model, usage_by_now(self._call))
        self._leave()
        self._call.add_hop(model, began=self._began, reason=HopReason.STOPPED_AT_WORK)
        self._in_vain.stops.append(stop)
        return True

    def _check_leads_on(self) -> None:
        failure = self._in_vain.failures[-1]
        if not self._leads_on(failure):
            raise ended_by(self._call, failure)

    def _leads_on(self, failure: Failure) -> bool:
        return trigger_of(failure.reason, retry_after=failure.retry_after) in self._call.route.triggers

    async def _may_ask_again(self, member: Member, attempt: int) -> bool:
        """Wait with full jitter, or as long as was asked for; another model that is free is better than waiting."""
        if self._is_spent():
            return False
        failure = self._in_vain.failures[-1]
        is_hopeless = backing_off.is_limit(failure) or not self._breakers.is_free(member.model)
        if is_hopeless and self._leads_on(failure) and not self._is_last():
            return False
        wait = backing_off.seconds_after(failure, attempt)
        if wait is None or wait > self._left():
            return False
        await asyncio.sleep(wait)
        return True
