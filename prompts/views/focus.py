"""Where the focus is after a press that only looks again: on what was pressed, or on what stands in its place."""

from typing import Final

from django.http import QueryDict

from prompts.views.audience import LATER, SHARE, Audience
from prompts.views.looked_at import LookedAt

_HEADING: Final = "heading"


def focus_of(posted: QueryDict, audience: Audience, *, is_moved: bool) -> str:
    """The value of a button, or the name of a field or place; empty: nothing was pressed to look."""
    look = posted.get("look", "")
    what = look.partition(":")[0]
    if what in ("tenant", "find"):
        return "another" if audience.tenant else "q"
    if what == "environment":
        return _HEADING
    if what == "same":
        return "place" if is_moved else _field(LookedAt.parse(posted.get("seen", "")), audience)
    return look


def _field(was: LookedAt | None, audience: Audience) -> str:
    """Enter was pressed in a field, and nobody says in which: the one that holds something else than it did."""
    if not audience.is_whole:
        return "q"
    *_, percent, slug, _, due = f":::{was.choice if was else ''}".split(":")
    if audience.tenant and slug != audience.tenant.slug:
        return "another"
    has_percent = audience.to == SHARE or audience.tenant is not None
    if has_percent and (percent != str(audience.percent) or audience.when != LATER):
        return "percent"
    is_due = f"{audience.due_at:%Y%m%d%H%M}" if audience.due_at else ""
    if audience.when == LATER and (due != is_due or not has_percent):
        return "at"
    return "percent" if has_percent else _HEADING
