"""Where each version of a prompt is served: to everybody, in a canary, as tenants' own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, Q

from prompts.models import Prompt, Release
from prompts.services import PRODUCTION, environment_order


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`tenants`: so many have it of their own; 0: it is everybody's. `tenant`: a slug, where it is one alone.

    `percent`: of the people; None: canaries of several tenants, of whatever shares.
    """

    environment: str
    is_canary: bool
    tenants: int
    tenant: str | None
    name: str
    percent: int | None

    @property
    def is_to_all(self) -> bool:
        return not self.is_canary and not self.tenants

    @property
    def words(self) -> str:
        """`production`, `canary 25%`, `staging: canary 25% at Acme Robotics`, `2 tenants’ own`."""
        if self.is_to_all:
            return self.environment
        where = "" if self.environment == PRODUCTION else f"{self.environment}: "
        if not self.is_canary:
            return f"{where}{self._whose}{'’s' if self.tenant else '’'} own"
        share = "" if self.percent is None else f" {self.percent}%"
        return f"{where}canary{share}{f' at {self._whose}' if self.tenants else ''}"

    @property
    def _whose(self) -> str:
        return self.name if self.tenant else f"{self.tenants:,} tenants"


def whereabouts(prompt: Prompt) -> Mapping[UUID, Sequence[Whereabouts]]:
    """By version, production first; of each environment what everybody gets comes first. Of however many tenants."""
    found: dict[UUID, list[Whereabouts]] = defaultdict(list)
    for row in sorted(_rows(prompt), key=_order):
        found[row["version"]].append(_told(row))
    return found


def _rows(prompt: Prompt) -> Iterable[Mapping[str, Any]]:
    is_own = ExpressionWrapper(Q(tenant__isnull=False), output_field=BooleanField())
    lanes = Release.objects.filter(prompt=prompt).lasting().order_by().annotate(is_own=is_own)
    return lanes.values("version", "environment", "is_own", "lane").annotate(
        lanes=Count("pk"), share=Min("percent"), slug=Min("tenant__slug"), name=Min("tenant__name")
    )


def _order(row: Mapping[str, Any]) -> tuple[tuple[bool, str], bool, bool]:
    return environment_order(row["environment"]), row["is_own"], row["lane"] == Release.Lane.CANARY


def _told(row: Mapping[str, Any]) -> Whereabouts:
    is_canary, is_one = row["lane"] == Release.Lane.CANARY, row["lanes"] == 1
    return Whereabouts(
        environment=row["environment"],
        is_canary=is_canary,
        tenants=row["lanes"] if row["is_own"] else 0,
        tenant=row["slug"] if is_one else None,
        name=(row["name"] or "") if is_one else "",
        percent=None if is_canary and not is_one else row["share"],
    )
