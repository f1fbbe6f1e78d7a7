"""When tenants had a lane of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from prompts.models import Prompt, Release


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` until `until` this tenant had a version or a canary of its own."""

    tenant_id: UUID
    since: datetime
    until: datetime


def own_spans(prompt: Prompt, environment: str, *, since: datetime, until: datetime) -> list[Span]:
    """Within these times, by the log of releases: what is so by now changes nothing of what was."""
    rows = Release.objects.of(prompt, environment).exclude(tenant=None).filter(made_at__lt=until)
    made = rows.order_by("tenant", "lane", "number").values_list("tenant", "lane", "percent", "made_at")
    found: list[Span] = []
    for (tenant, _), lane in groupby(made, key=lambda row: row[:2]):
        steps = [(percent, made_at) for _, _, percent, made_at in lane]
        found += [Span(tenant, max(began, since), ended) for began, ended in _served(steps, until) if ended > since]
    return found


def _served(steps: list[tuple[int, datetime]], until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From where a lane begins to where it ends, each time that it does."""
    began: datetime | None = None
    for percent, made_at in steps:
        if began is not None and not percent:
            yield began, made_at
        began = (began or made_at) if percent else None
    if began is not None:
        yield began, until
