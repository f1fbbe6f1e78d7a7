"""Where a version is served, as labels beside it: to everybody, in a canary, as tenants' own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from prompts.models import Prompt, Release
from prompts.services import PRODUCTION, environment_order


@dataclass(frozen=True, slots=True)
class Label:
    tone: str
    words: str


def labels(prompt: Prompt) -> Mapping[UUID, Sequence[Label]]:
    """By version, production first: `production`, `canary 25%`, `staging: canary 25%`, `2 tenants’ own`."""
    rows = Release.objects.filter(prompt=prompt).lasting().select_related("tenant")
    found: dict[UUID, list[Label]] = defaultdict(list)
    for (version, *_), lanes in groupby(sorted(rows, key=_kind), key=_kind):
        found[version].append(_label(list(lanes)))
    return found


def _kind(lane: Release) -> tuple[UUID, tuple[bool, str], bool, bool]:
    """Of a version in an environment: what everybody gets, its canary, tenants' own, their canaries."""
    return lane.version_id, environment_order(lane.environment), lane.tenant_id is not None, lane.is_canary


def _label(lanes: Sequence[Release]) -> Label:
    first = lanes[0]
    if first.tenant is None and not first.is_canary:
        return Label("ok", first.environment)
    where = "" if first.environment == PRODUCTION else f"{first.environment}: "
    whose = f"{len(lanes)} tenants" if len(lanes) > 1 else first.tenant.name if first.tenant else ""
    if not first.is_canary:
        return Label("plain", f"{where}{whose}’{'' if len(lanes) > 1 else 's'} own")
    share = f" {first.percent}%" if len(lanes) == 1 else ""
    return Label("shadow", f"{where}canary{share}{f' at {whose}' if whose else ''}")
