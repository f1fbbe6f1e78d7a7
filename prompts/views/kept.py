"""What tenants keep of their own, whatever becomes of what everybody gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from prompts.models import Prompt, Release
from prompts.services import own_lanes
from prompts.views.wording import share

# So many are told one by one.
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Kept:
    sentence: str
    # Where they are listed, and what leads there.
    url: str
    link: str


def kept(prompt: Prompt, environment: str) -> Kept | None:
    """None: no tenant has a version or a canary of its own there, so what everybody gets is what all get."""
    rows = own_lanes(prompt, environment)
    lanes = list(rows.select_related("version", "tenant").defer("version__content").order_by("tenant__name", "number"))
    if not lanes:
        return None
    query, fragment = {"own": environment}, f"own-{environment}"
    where = reverse("prompts:prompt-detail", args=[prompt.name], query=query, fragment=fragment)
    sentence = _named(lanes) if len(lanes) <= _NAMED else _counted(lanes)
    return Kept(sentence, where, "See it" if len(lanes) == 1 else "See them")


def _named(lanes: Sequence[Release]) -> str:
    """`Acme Robotics keeps v2 of its own; 10% of Globex Shipping’s people keep v3.`"""
    return f"{'; '.join(map(_of_lane, lanes))}."


def _of_lane(lane: Release) -> str:
    if lane.is_canary:
        return f"{share(lane)} keep {lane.version}"
    return f"{lane.tenant.name if lane.tenant else ''} keeps {lane.version} of its own"


def _counted(lanes: Sequence[Release]) -> str:
    """`12 tenants keep versions of their own: v2, v3.`"""
    tenants = len({lane.tenant_id for lane in lanes})
    versions = sorted({lane.version.number for lane in lanes})
    keep = "1 tenant keeps versions of its own" if tenants == 1 else f"{tenants:,} tenants keep versions of their own"
    return f"{keep}: {', '.join(f'v{number}' for number in versions)}."
