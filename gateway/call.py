"""One call on its way through the pipeline; each step fills in its part."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from costs.budgeting.entries import Entry
from costs.records import Hop, Opened, PromptChoice
from costs.usage import Usage
from gateway.config import Config, Feature, Key, Model, Route
from gateway.dialects.transcript import Transcript
from gateway.errors import Leaving, Refusal, Stopped
from gateway.grounding.grounded import Grounded
from gateway.process.clock import MACHINE, Clock
from gateway.surfaces import CHAT
from gateway.surfaces.surface import Surface
from killswitch.guard import ActiveStop


class Spent(NamedTuple):
    """An attempt that was paid for, and whose answer is not the one that is given."""

    model: Model
    usage: Usage
    estimated: bool
    # Which of the hops it came by.
    hop: int | None


class Call:
    __slots__ = (
        "_asking", "_task", "answered_by", "asking_since", "at", "body", "body_digest", "cache_key", "clock",
        "config", "draw", "feature", "first_chunk_ms", "grounded", "has_begun", "headers", "hops", "id", "is_lowered",
        "is_recalled", "is_registered", "is_replaceable", "is_settled", "is_streamed", "key", "lost", "may_be_kept",
        "opened", "passed", "prompt_choice", "prompt_reference", "prompt_told", "prompt_version", "raw", "repeated",
        "reservation", "road", "route", "session", "size", "spared", "spent", "started", "stop", "surface", "targets",
        "told", "used", "user",
    )  # fmt: skip

    key: Key
    raw: bytes
    body: dict[str, Any]
    # Of the body as it came, what the answer repeats.
    repeated: Mapping[str, Any]
    # Of the body as it came, of a call with an idempotency key only.
    body_digest: bytes
    is_streamed: bool
    feature: Feature
    user: str
    session: str
    targets: tuple[str, ...]
    route: Route

    def __init__(
        self, headers: Mapping[bytes, bytes], config: Config, clock: Clock = MACHINE, surface: Surface = CHAT
    ) -> None:
        self.headers, self.config, self.clock, self.surface = headers, config, clock, surface
        # Whether the body is a chat completion's, be it not its surface's own.
        self.is_lowered = surface is CHAT
        # Under which its answer is kept for the same question; empty: it is not.
        self.cache_key = ""
        # Whether it came as far as where answers of its feature are kept.
        self.may_be_kept = False
        # Whether its answer was kept from an earlier call.
        self.is_recalled = False
        self.id: UUID = clock.new_id()
        self.at, self.started = clock.now(), clock.ticks()
        self.opened: Opened | None = None
        # Stops that come find it.
        self.is_registered = False
        # What is held for it in the budgets it falls under.
        self.reservation: Entry | None = None
        self.first_chunk_ms: int | None = None
        # `name@version`, however the caller named it; without a version, what is live.
        self.prompt_reference = ""
        # The hash of the prompt's version that was rendered.
        self.prompt_version: str | None = None
        self.prompt_choice: PromptChoice | None = None
        # `name@hash; main`: what it was rendered from, and whether that is a canary, or was pinned.
        self.prompt_told = ""
        self.hops: list[Hop] = []
        # The hop whose answer is at hand.
        self.answered_by: int | None = None
        # What never came, or could not be used: it may be on a bill all the same.
        self.lost: list[Spent] = []
        self.spent: list[Spent] = []
        # Of a call with sources.
        self.grounded: Grounded | None = None
        self.is_settled = False
        # Of the question as it is asked, in bytes of what a model reads.
        self.size = 0
        # What the model that is asked has said by now, in a stream.
        self.told: Transcript | None = None
        self.asking_since = self.started
        self.asking = None
        # By an answer that is there but was not given yet, and whether that is our estimate.
        self.used: tuple[Usage, bool] | None = None
        # Whether a rule's stop that admits a share lets it pass.
        self.draw = self.id.int % 100
        # Stops that came when it was under way, and leave it alone.
        self.spared: set[UUID] = set()
        # What stops the model that is at work on it: while it is asked, and while its answer is passed on.
        self.road: tuple[str, ...] = ()
        # Whether the caller has a part of the answer.
        self.has_begun = False
        # Whether another model could still be asked.
        self.is_replaceable: Callable[[], bool] = bool
        # What cut it, if something did; and what cut an attempt alone, so that the next model is asked.
        self.stop: ActiveStop | None = None
        self.passed: ActiveStop | None = None
        self._task = asyncio.current_task()

    @property
    def shape(self) -> Surface:
        """What the body is written in."""
        return CHAT if self.is_lowered else self.surface

    @property
    def is_relayed(self) -> bool:
        """Whether the answer goes out as it comes; one that is checked is held first."""
        return self.is_streamed and self.grounded is None

    @property
    def asking(self) -> Model | None:
        """The model that is at work on it and has said nothing yet."""
        return self._asking

    @asking.setter
    def asking(self, model: Model | None) -> None:
        self._asking, self.told = model, None
        if model is not None:
            self.asking_since = self.clock.ticks()

    def elapsed_ms(self) -> int:
        return int((self.clock.ticks() - self.started) * 1000)

    @property
    def under(self) -> tuple[str, ...]:
        """All that stops it at this moment."""
        return self.targets + self.road

    def cut(self, stop: ActiveStop) -> bool:
        """Break off whatever it waits for; whether that ends it. Called from outside its task."""
        if self.stop is not None or self._task is None:
            return False
        is_cancelled = self.passed is not None
        ends = stop.target not in self.road or self.has_begun
        if ends:
            self.stop = stop
        elif is_cancelled:
            return False
        else:
            self.passed = stop
        if not is_cancelled:
            self._task.cancel()
        return ends or not self.is_replaceable()

    def why_passed(self) -> ActiveStop | None:
        """The stop that cut the attempt alone, which ends the cancellation; else that goes on."""
        if self.passed is None or self.stop is not None or self._task is None:
            return None
        stop, self.passed = self.passed, None
        self._task.uncancel()
        return stop

    def why_cancelled(self) -> Refusal:
        """The stop that cut it, which ends the cancellation; else this process ends, and the cancellation goes on."""
        self.stop = self.stop or self.passed
        if self.stop is None or self._task is None:
            return Leaving()
        self._task.uncancel()
        return Stopped(self.stop)

    def add_hop(self, model: Model, *, status: int = 0, began: float | None = None, reason: str = "") -> None:
        self.hops.append(self.hop_of(model, status=status, began=began, reason=reason))
        if status and not reason:
            self.answered_by = len(self.hops) - 1

    def mark_hop(self, reason: str) -> None:
        """The answer at hand has begun, and came to nothing."""
        if self.answered_by is not None:
            self.hops[self.answered_by] = self.hops[self.answered_by]._replace(reason=reason)

    def hop_of(self, model: Model, *, status: int = 0, began: float | None = None, reason: str = "") -> Hop:
        """An attempt that ends now; without `began` one that nobody made."""
        now = self.clock.ticks()
        began = now if began is None else began
        since_start, milliseconds = int((began - self.started) * 1000), int((now - began) * 1000)
        return Hop(model.upstream, model.provider.slug, status, milliseconds, reason, max(0, since_start))

    def lose(self, model: Model, used: tuple[Usage, bool]) -> None:
        """Of its answer nothing can be given; told before its hop is added."""
        self.lost.append(Spent(model, *used, len(self.hops)))

    def spend(self, model: Model) -> None:
        """What was used so far is not for the answer that is given."""
        if self.used is not None:
            self.spent.append(Spent(model, *self.used, self.answered_by))
        self.used = self.asking = self.answered_by = None

    def unspend(self) -> None:
        """It is, after all."""
        last = self.spent.pop()
        self._give(last)

    def unspend_for(self, model: Model) -> None:
        """The one before is given, and the last, of this model, is not."""
        given = self.spent.pop()
        self.spend(model)
        self._give(given)

    def _give(self, spent: Spent) -> None:
        self.asking, self.used, self.answered_by = spent.model, (spent.usage, spent.estimated), spent.hop

    def fallback_told(self) -> str:
        """`openai/gpt-4o-mini:429`: who was asked in vain, and why it was in vain."""
        return ", ".join(f"{hop.provider}/{hop.model}:{hop.reason}" for hop in self.hops if hop.reason)
