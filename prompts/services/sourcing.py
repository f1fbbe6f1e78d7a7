"""What files say of a prompt, and which repository holds it: one that is no longer there is an orphan."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prompts.models import Prompt
from prompts.services.drafting import Entry
from tenants.audit import Fact

_DESCRIBED = ("feature", "description", "suites", "source", "orphaned_at")
# PostgreSQL looks each row up in a list of its lot: of thousands at once, seconds.
_LOT = 100


@dataclass(frozen=True, slots=True)
class Checkout:
    """Folders of a repository that were pushed whole. `source`: `support-app:prompts`."""

    source: str


def describe(told: Iterable[tuple[Prompt, Entry]], checkout: Checkout | None) -> list[Fact]:
    """Write down what the files say now; what was an orphan and came with its checkout is none any more."""
    facts: list[Fact] = []
    changed: list[Prompt] = []
    for prompt, entry in told:
        found = _take(prompt, entry, checkout)
        if found:
            changed.append(prompt)
        facts += found
    if changed:
        Prompt.objects.bulk_update(changed, _DESCRIBED, batch_size=_LOT)
    return facts


def orphan(checkout: Checkout, there: Collection[str], at: datetime) -> list[Fact]:
    """Prompts of this checkout that are no longer in it. What serves them goes on."""
    rows = Prompt.objects.filter(source=checkout.source, orphaned_at=None).exclude(name__in=list(there))
    names = list(rows.order_by("name").values_list("name", flat=True))
    Prompt.objects.filter(name__in=names).update(orphaned_at=at)
    return [Fact("prompt.orphaned", name, {"source": checkout.source}) for name in names]


def _take(prompt: Prompt, entry: Entry, checkout: Checkout | None) -> list[Fact]:
    facts: list[Fact] = []
    before = _told(prompt)
    prompt.feature, prompt.description, prompt.suites = entry.feature, entry.description, list(entry.suites)
    if checkout:
        prompt.source = checkout.source
    if _told(prompt) != before:
        facts.append(Fact("prompt.described", prompt.name, {"before": before, "after": _told(prompt)}))
    if checkout and prompt.orphaned_at:
        since = prompt.orphaned_at.isoformat()
        facts.append(Fact("prompt.returned", prompt.name, {"source": checkout.source, "orphaned_at": since}))
        prompt.orphaned_at = None
    return facts


def _told(prompt: Prompt) -> dict[str, Any]:
    feature = prompt.feature.slug if prompt.feature else None
    about = {"feature": feature, "description": prompt.description, "suites": prompt.suites}
    return about | {"source": prompt.source} if prompt.source else about
