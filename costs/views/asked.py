"""What a Spend address asks for: which days, grouped by what, of whom, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from costs import reports
from costs.reports import By, SpendReport
from costs.views import ranges
from costs.views.ranges import BadRange, Range
from tenants.models import Feature, Tenant

type Filter = Literal["tenant", "feature", "model"]

# Who clicks on a row asks what is in it: grouped by the next thing.
INSIDE: Final = {By.FEATURE: By.TENANT, By.TENANT: By.FEATURE, By.MODEL: By.FEATURE}


class Versus(StrEnum):
    PREVIOUS = "prev"
    NOTHING = "off"


@dataclass(frozen=True, slots=True)
class Asked:
    range: Range
    by: By
    tenant: Tenant | None
    feature: Feature | None
    model: str
    sort: str
    # With the period before.
    compares: bool
    # What of the address could not be followed, in words.
    problem: str

    @property
    def filters(self) -> list[tuple[Filter, str]]:
        """Each with the label under which it is shown."""
        found: list[tuple[Filter, str]] = [
            ("tenant", self.tenant.name if self.tenant else ""),
            ("feature", self.feature.name if self.feature else ""),
            ("model", self.model),
        ]
        return [(name, label) for name, label in found if label]

    @property
    def inside(self) -> By:
        taken = {name for name, _ in self.filters} | {str(self.by)}
        return next((by for by in (INSIDE[self.by], *By) if by.value not in taken), self.by)

    def report(self, at: datetime) -> SpendReport:
        return reports.spend(
            self.range.since,
            self.range.until,
            self.by,
            at=at,
            tenant=self.tenant.pk if self.tenant else None,
            feature=self.feature.pk if self.feature else None,
            model=self.model or None,
            compare=self.compares,
        )


def read(query: QueryDict, *, at: datetime) -> Asked:
    chosen, bad_range = _range(query, at)
    by, bad_by = _one_of("by", query.get("by", ""), [*By], By.FEATURE)
    vs, bad_vs = _one_of("vs", query.get("vs", ""), [*Versus], Versus.PREVIOUS)
    tenant, feature = query.get("tenant"), query.get("feature")
    return Asked(
        range=chosen,
        by=by,
        tenant=get_object_or_404(Tenant, slug=tenant) if tenant else None,
        feature=get_object_or_404(Feature, slug=feature) if feature else None,
        model=query.get("model", "")[:300],
        sort=query.get("sort", ""),
        compares=vs is Versus.PREVIOUS,
        problem=" ".join(filter(None, (bad_range, bad_by, bad_vs))),
    )


def _range(query: QueryDict, at: datetime) -> tuple[Range, str]:
    """A range that cannot be is said, and this month is shown."""
    try:
        return ranges.read(query.get("from", ""), query.get("to", ""), at=at), ""
    except BadRange as fault:
        return ranges.read("", "", at=at), f"{fault} This month is shown instead."


def _one_of[E: StrEnum](name: str, said: str, allowed: Sequence[E], otherwise: E) -> tuple[E, str]:
    """A word that is not known is said, and what most want is shown."""
    found = next((each for each in allowed if each == said), None)
    if found is not None or not said:
        return found or otherwise, ""
    return otherwise, f"{name} cannot be “{said[:40]}”; it can be {', '.join(allowed)}."
