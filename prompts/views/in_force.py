"""How many gateways serve by what the console holds now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prompts.models import Release
from tenants import revisions
from tenants.models import Process, Revision

# Each compares itself with the database every second; past this something is wrong.
_ALARM: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class InForce:
    """A gateway counts when it has applied the configuration as it is now, and with it every release up to now."""

    total: int
    applied: int
    laggards: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return self.applied == self.total


@dataclass(frozen=True, slots=True)
class Served:
    """What an environment serves now, for who has just changed it."""

    release: Release
    in_force: InForce
    at: datetime

    @property
    def is_late(self) -> bool:
        return not self.in_force.is_complete and self.at - self.release.made_at > _ALARM


def in_force() -> InForce:
    now = revisions.number(Revision.Name.CONFIG)
    processes = list(Process.objects.gateways().order_by("name"))
    laggards = tuple(process.name for process in processes if process.config_revision < now)
    return InForce(len(processes), len(processes) - len(laggards), laggards)
