"""One call on its way through the pipeline; each step fills in its part."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from costs.budgeting.entries import Entry
from costs.records import Hop, Opened
from costs.usage import Usage
from gateway.clock import MACHINE, Clock
from gateway.config import Config, Feature, Key, Model, Route
from gateway.errors import Leaving, Refusal, Stopped
from gateway.grounding.grounded import Grounded
from killswitch.guard import ActiveStop


class Spent(NamedTuple):
    """An answer that came, was paid for, and is not the one that is given."""

    model: Model
    usage: Usage
    estimated: bool


class Call:
    __slots__ = (
        "_task", "asking", "at", "body", "body_digest", "clock", "config", "feature", "first_chunk_ms", "grounded",
        "headers", "hops", "id", "is_settled", "is_streamed", "key", "lost", "opened", "prompt_reference",
        "prompt_version", "raw", "reservation", "route", "session", "size", "spent", "started", "stop", "targets",
        "ticket", "used", "user",
    )  # fmt: skip

    key: Key
    raw: bytes
    # Of the body as it came, in bytes.
    size: int
    body: dict[str, Any]
    # Of the body as it came, of a call with an idempotency key only.
    body_digest: bytes
    is_streamed: bool
    feature: Feature
    user: str
    session: str
    targets: tuple[str, ...]
    route: Route

    def __init__(self, headers: Mapping[bytes, bytes], config: Config, clock: Clock = MACHINE) -> None:
        self.headers, self.config, self.clock = headers, config, clock
        self.id: UUID = clock.new_id()
        self.at, self.started = clock.now(), clock.ticks()
        self.opened: Opened | None = None
        self.ticket: int | None = None
        # What is held for it in the budgets it falls under.
        self.reservation: Entry | None = None
        self.first_chunk_ms: int | None = None
        # `name@version`, however the caller named it; without a version, what is live.
        self.prompt_reference = ""
        # The hash of the prompt's version that was rendered.
        self.prompt_version: str | None = None
        self.hops: list[Hop] = []
        # Whose answers never came, or could not be used: they may be on a bill all the same.
        self.lost: list[Model] = []
        self.spent: list[Spent] = []
        # Of a call with sources.
        self.grounded: Grounded | None = None
        self.is_settled = False
        # The model that is at work on it and has said nothing yet.
        self.asking: Model | None = None
        # By an answer that is there but was not given yet, and whether that is our estimate.
        self.used: tuple[Usage, bool] | None = None
        # What cut it, if something did.
        self.stop: ActiveStop | None = None
        self._task = asyncio.current_task()

    @property
    def is_relayed(self) -> bool:
        """Whether the answer goes out as it comes; one that is checked is held first."""
        return self.is_streamed and self.grounded is None

    def elapsed_ms(self) -> int:
        return int((self.clock.ticks() - self.started) * 1000)

    def cut(self, stop: ActiveStop) -> None:
        """Break off whatever it waits for. Called from outside its task."""
        if self.stop is None and self._task is not None:
            self.stop = stop
            self._task.cancel()

    def why_cancelled(self) -> Refusal:
        """The stop that cut it, which ends the cancellation; else this process ends, and the cancellation goes on."""
        if self.stop is None or self._task is None:
            return Leaving()
        self._task.uncancel()
        return Stopped(self.stop)

    def add_hop(self, model: Model, *, status: int = 0, began: float | None = None, reason: str = "") -> None:
        milliseconds = 0 if began is None else int((self.clock.ticks() - began) * 1000)
        self.hops.append(Hop(model.upstream, model.provider.slug, status, milliseconds, reason))

    def spend(self, model: Model) -> None:
        """What was used so far is not for the answer that is given."""
        if self.used is not None:
            self.spent.append(Spent(model, *self.used))
        self.used = self.asking = None

    def unspend(self) -> None:
        """It is, after all."""
        last = self.spent.pop()
        self.asking, self.used = last.model, (last.usage, last.estimated)

    def unspend_for(self, model: Model) -> None:
        """The one before is given, and the last, of this model, is not."""
        given = self.spent.pop()
        self.spend(model)
        self.asking, self.used = given.model, (given.usage, given.estimated)

    def fallback_told(self) -> str:
        """`openai/gpt-4o-mini:429`: who was asked in vain, and why it was in vain."""
        return ", ".join(f"{hop.provider}/{hop.model}:{hop.reason}" for hop in self.hops if hop.reason)
