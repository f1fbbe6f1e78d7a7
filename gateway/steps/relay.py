"""A streamed answer on its way to the caller: whole events, as they come, until it ends or is cut."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

import aiohttp

from costs.reasons import HopReason
from costs.records import Outcome
from costs.usage import Usage
from gateway import sse
from gateway.call import Call
from gateway.caller import Caller
from gateway.errors import Broken, BrokeOff, Refusal
from gateway.kept.caching import LARGEST
from gateway.process.runtime import Runtime
from gateway.routing.failures import forget_frames
from gateway.routing.upstream import MOST_OF_AN_ANSWER, Stream
from gateway.sse import Malformed
from gateway.steps.guarding import guard_anew
from gateway.steps.recording import Ending, told, usage_of_stream

log = logging.getLogger(__name__)

STREAM: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    # Nginx would hold the words back.
    (b"x-accel-buffering", b"no"),
]
# Moving the alarm costs more than looking whether it needs to be moved.
_MOVE_ALARM_AFTER: Final = 1.0
_TAIL_SECONDS: Final = 1.0
_ENDED_EARLY: Final = "the connection ended early."


class Relay:
    def __init__(self, call: Call, caller: Caller, runtime: Runtime, stream: Stream) -> None:
        self._call, self._caller, self._runtime, self._stream = call, caller, runtime, stream
        self._loop = asyncio.get_running_loop()
        self._alarm = asyncio.timeout(None)
        self._alarm_at = 0.0
        self._is_sending = False
        self._read_bytes = 0
        # What went out so far, of an answer that is kept; None: it is not, or has become too large.
        self._sent: list[bytes] | None = [] if call.cache_key else None
        self._sent_bytes = 0

    async def run(self) -> None:
        """To the end of the answer, whatever end that is; the call is settled then."""
        watching = asyncio.create_task(self._caller.watch(self._hurry))
        self._call.asking, self._call.has_begun = None, True
        # A long answer must not keep its long question in memory.
        self._call.body = {}
        try:
            await self._pass_on()
        except Refusal as refusal:
            await self._break_off(refusal)
        except asyncio.CancelledError:
            await self._break_off(self._call.why_cancelled())
            if self._call.stop is None:
                raise
        except Exception:
            # What came is on a bill, whatever was wrong here.
            log.exception("relay.broke id=%s", self._call.id)
            await self._break_off(Broken())
        else:
            await self._finish()
        finally:
            watching.cancel()
            self._stream.response.close()

    async def _pass_on(self) -> None:
        model = self._stream.model.label
        try:
            async with self._alarm:
                await self._copy()
        except TimeoutError:
            # One that does not read for that long has gone, though its connection has not.
            self._caller.gone = self._caller.gone or self._is_sending
            if not self._caller.gone:
                self._call.mark_hop(HopReason.TIMEOUT)
            raise BrokeOff(model, "timeout", "nothing came for too long.") from None
        except Malformed as fault:
            forget_frames(fault)
            self._call.mark_hop(HopReason.INVALID_JSON)
            raise BrokeOff(model, HopReason.INVALID_JSON, f"{fault}.") from None
        except (aiohttp.ClientError, OSError) as fault:
            forget_frames(fault)
            self._call.mark_hop(HopReason.DROP)
            raise BrokeOff(model, "provider_dropped", _ENDED_EARLY) from None

    async def _copy(self) -> None:
        await self._caller.start([*STREAM, *told(self._call, self._stream.model)])
        await self._send(self._stream.begun)
        ends_at = self._loop.time() + self._runtime.limits.stream_seconds
        content, framer, transcript = self._stream.response.content, self._stream.framer, self._stream.transcript
        while not transcript.is_done:
            self._be_patient()
            chunk = await content.readany()
            self._read_bytes += len(chunk)
            is_too_large = self._read_bytes > MOST_OF_AN_ANSWER
            if is_too_large or self._loop.time() > ends_at:
                self._call.mark_hop(HopReason.TOO_LARGE if is_too_large else HopReason.TOO_LONG)
                raise BrokeOff(self._stream.model.label, "too_long", "it did not come to an end.")
            block = framer.feed(chunk) if chunk else framer.flush()
            if block:
                await self._send_read(block)
            if transcript.error is not None:
                self._call.mark_hop(HopReason.ERROR_EVENT)
                raise BrokeOff(self._stream.model.label, "provider_error", str(transcript.error.get("message", "")))
            if not chunk:
                break
        if not transcript.is_complete:
            self._call.mark_hop(HopReason.DROP)
            raise BrokeOff(self._stream.model.label, "provider_dropped", _ENDED_EARLY)

    async def _send_read(self, block: bytes) -> None:
        """Also what stands before a fault: what goes out after the first words is not up to the network's cuts.

        A fault that comes in one piece with them leads to the next model: none of them had gone out.
        """
        try:
            said = self._stream.transcript.read(block)
        except Malformed as fault:
            await self._send(fault.partial)
            raise
        await self._send(said)

    async def _send(self, block: bytes) -> None:
        """The backstop: also what was cut nowhere else goes no further than one chunk."""
        self._remember(block)
        await guard_anew(self._call, self._runtime.stops, self._runtime.pulse)
        if block and not self._caller.gone:
            self._is_sending = True
            await self._caller.send({"type": "http.response.body", "body": block, "more_body": True})
            self._is_sending = False

    def _remember(self, block: bytes) -> None:
        if self._sent is not None:
            self._sent.append(block)
            self._sent_bytes += len(block)
            if self._sent_bytes > LARGEST:
                self._sent = None

    def _be_patient(self) -> None:
        now = self._loop.time()
        patience = self._stream.patience_seconds
        if now - self._alarm_at > min(_MOVE_ALARM_AFTER, patience / 4) and not self._caller.gone:
            self._alarm_at = now
            self._alarm.reschedule(now + patience)

    def _hurry(self) -> None:
        """Nobody listens any more: read on for the bill, but not for long."""
        with suppress(RuntimeError):
            self._alarm.reschedule(self._loop.time() + self._runtime.limits.drain_seconds)

    async def _finish(self) -> None:
        """The cost, which is known only now, then the end of the stream."""
        usage, is_estimated = self._usage()
        outcome = Outcome.CANCELLED if self._caller.gone else Outcome.OK
        reason = self._stream.transcript.finish_reason
        ending = Ending(outcome, self._stream.model, usage, is_estimated, finish_reason=reason)
        finished = self._runtime.settle(self._call, ending)
        if self._sent is not None:
            said = b"".join(self._sent)
            closing = self._stream.transcript.closing
            await self._runtime.cache.keep(self._call, self._stream.model, reason, said, closing)
        if not self._caller.gone:
            end = sse.comment(told(self._call, self._stream.model, finished)) + self._stream.transcript.closing
            await self._caller.send({"type": "http.response.body", "body": end})
        await self._read_tail()

    async def _break_off(self, refusal: Refusal) -> None:
        self._stream.response.close()
        usage, is_estimated = self._usage()
        ending = Ending.by(refusal, model=self._stream.model, usage=usage, estimated=is_estimated)
        if isinstance(refusal, BrokeOff):
            refusal.safe_answer = self._call.feature.safe_answer
            if self._caller.gone:
                ending = Ending(Outcome.CANCELLED, self._stream.model, usage, is_estimated)
        finished = self._runtime.settle(self._call, ending)
        if not self._caller.gone:
            cost = sse.comment(told(self._call, self._stream.model, finished))
            await self._caller.last_words(cost + self._stream.transcript.broken_off(refusal.body()))

    def _usage(self) -> tuple[Usage, bool]:
        return usage_of_stream(self._call, self._stream.transcript)

    async def _read_tail(self) -> None:
        """What follows the end is nothing; read to it, the connection can be used again."""
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(_TAIL_SECONDS):
                while await self._stream.response.content.readany():
                    pass
