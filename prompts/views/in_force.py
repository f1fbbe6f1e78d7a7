"""How many gateways serve by what the console holds now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prompts.models import PromptVersion, Release
from prompts.views.beside import Waiting
from prompts.views.kept import Kept
from prompts.views.news import Undo
from tenants import revisions
from tenants.models import Process, Revision

# Each compares itself with the database every second; past this something is wrong.
_ALARM: Final = timedelta(seconds=5)
# So long it is news; whoever comes back to the address later is told nothing.
_NEWS: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class InForce:
    """A gateway counts when it has applied the configuration as it is now, and with it every release up to now."""

    total: int
    applied: int
    laggards: tuple[str, ...]
    # Not heard from for a while: killed, or cut off from the database.
    lost: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return self.applied == self.total


@dataclass(frozen=True, slots=True)
class Served:
    """What an environment serves now, for who has just changed it."""

    release: Release
    in_force: InForce
    at: datetime
    # The same in a sentence, and how it is undone.
    words: str = ""
    undo: Undo | None = None
    # What tenants keep of their own all the same.
    kept: Kept | None = None
    # The version that they get now; None: nothing.
    version: PromptVersion | None = None
    # Releases that wait there.
    beside: Sequence[Waiting] = ()

    @property
    def is_news(self) -> bool:
        return self.at - self.release.made_at <= _NEWS

    @property
    def tone(self) -> str:
        if self.in_force.is_complete:
            return "ok"
        return "warn" if self.is_late else "plain"

    @property
    def is_late(self) -> bool:
        return not self.in_force.is_complete and self.at - self.release.made_at > _ALARM


def in_force(at: datetime) -> InForce:
    now = revisions.number(Revision.Name.CONFIG)
    total = Process.objects.gateways().count()
    missing = Process.objects.gateways().filter(config_revision__lt=now).order_by("name")
    laggards, lost = missing.answering(), missing.exclude(pk__in=missing.answering())
    names = [tuple(rows.values_list("name", flat=True)) for rows in (laggards, lost)]
    return InForce(total, total - sum(map(len, names)), *names)
