"""What callers asked in the last seven days, by version and by prompt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from costs import reports
from costs.reports import Totals
from prompts.models import PromptVersion

DAYS: Final = 7


class Called(NamedTuple):
    version: UUID
    prompt: UUID
    hash: str
    pushed_at: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """`by_hash`: calls name the content. What is missing was not called, or nobody can tell: that is no zero."""

    by_hash: Mapping[str, Totals]
    called: tuple[Called, ...]

    @property
    def all(self) -> Totals | None:
        """Every call that names a version."""
        return self.of(self.by_hash)

    def of(self, hashes: Iterable[str]) -> Totals | None:
        return _sum(self.by_hash[each] for each in hashes if each in self.by_hash)

    def by_prompt(self) -> Mapping[UUID, Mapping[str, Totals]]:
        """By prompt and hash, without prompts of which another has a content too: whose calls these were is unclear."""
        owners: defaultdict[str, set[UUID]] = defaultdict(set)
        for each in self.called:
            owners[each.hash].add(each.prompt)
        unclear = {owner for several in owners.values() if len(several) > 1 for owner in several}
        found: defaultdict[UUID, dict[str, Totals]] = defaultdict(dict)
        for each in self.called:
            if each.prompt not in unclear:
                found[each.prompt][each.hash] = self.by_hash[each.hash]
        return found


def read_week(at: datetime) -> Week:
    since = (at - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    by_hash = reports.versions(since, at)
    rows = PromptVersion.objects.filter(hash__in=list(by_hash)).values_list("pk", "prompt_id", "hash", "pushed_at")
    return Week(by_hash, tuple(Called(*row) for row in rows))


class Shares(NamedTuple):
    """0 to 1. None: one of the two is not known, or there is nothing to share."""

    calls: Decimal | None
    cost: Decimal | None


def shares(part: Totals | None, whole: Totals | None) -> Shares:
    if part is None or whole is None:
        return Shares(None, None)
    return Shares(_share(part.calls, whole.calls), _share(part.known_spend, whole.known_spend))


def _share(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    return None if part is None or not whole else Decimal(part) / Decimal(whole)


def total(several: Iterable[Totals | None]) -> Totals | None:
    return _sum(each for each in several if each is not None)


def _sum(several: Iterable[Totals]) -> Totals | None:
    found = list(several)
    return sum(found[1:], found[0]) if found else None
