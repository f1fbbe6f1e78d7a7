"""What a Spend address asks for: which days, grouped by what, of whom, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, Literal
from urllib.parse import urlencode

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from costs import reports
from costs.reports import By, SpendReport
from costs.views import ranges, table
from costs.views.ranges import BadRange, Range
from tenants.models import Feature, Tenant
from tenants.refusals import label_of

type Filter = Literal["tenant", "feature", "model"]

PARAMETERS: Final = ("from", "to", "by", "vs", "tenant", "feature", "model", "sort")
# Who clicks on a row asks what is in it: grouped by the next thing.
INSIDE: Final = {By.FEATURE: By.TENANT, By.TENANT: By.FEATURE, By.MODEL: By.FEATURE}
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"


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
    # The address itself, but for the order of the rows.
    query: Mapping[str, str]

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

    def link_into(self, slug: str) -> str:
        """What is in one row: the same, of that row only, and grouped by the next thing."""
        return f"?{urlencode({**self.query, self.by: slug, 'by': self.inside})}"

    @property
    def pinned(self) -> str:
        """The query that asks the same whenever it is asked: with the times that were meant."""
        times = {"from": f"{self.range.since:{_MOMENT}}", "to": f"{self.range.until:{_MOMENT}}"}
        vs = Versus.PREVIOUS if self.compares else Versus.NOTHING
        return urlencode({**self.query, **times, "by": self.by, "vs": vs}, safe=":/")

    @property
    def kept_answers(self) -> str:
        """The query of Calls that lists those of the page that were given again."""
        provider, _, model = self.model.partition("/")
        named = {
            "tenant": self.tenant.slug if self.tenant else "",
            "feature": self.feature.slug if self.feature else "",
            "provider": provider,
            "model": model,
        }
        times = {"from": f"{self.range.since:{_MOMENT}}", "to": f"{self.range.until:{_MOMENT}}"}
        return urlencode({"kept": "yes", **{name: value for name, value in named.items() if value}, **times}, safe=":/")

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
    sort, bad_sort = query.get("sort", ""), _sort_fault(query.get("sort", ""))
    tenant, feature = query.get("tenant"), query.get("feature")
    return Asked(
        range=chosen,
        by=by,
        tenant=get_object_or_404(Tenant, slug=tenant) if tenant else None,
        feature=get_object_or_404(Feature, slug=feature) if feature else None,
        model=query.get("model", "")[:300],
        sort="" if bad_sort else sort,
        compares=vs is Versus.PREVIOUS,
        problem=" ".join(filter(None, (bad_range, bad_by, bad_vs, bad_sort, _strangers(query)))),
        query={name: str(query[name]) for name in PARAMETERS if query.get(name) and name != "sort"},
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
    return otherwise, _cannot_be(name, said, allowed)


def _sort_fault(said: str) -> str:
    names = [column.name for column in table.COLUMNS]
    return _cannot_be("sort", said, names) if said and said.removeprefix("-") not in names else ""


def _cannot_be(name: str, said: str, allowed: Sequence[str]) -> str:
    return f"“{label_of(name)}” cannot be “{said[:40]}”; it can be {', '.join(allowed)}."


def _strangers(query: QueryDict) -> str:
    """A filter that is misspelt would show the spend of everything as if it were that of one."""
    return " ".join(_stranger(name) for name in query if name not in PARAMETERS)


def _stranger(name: str) -> str:
    close = next(iter(get_close_matches(name[:40], PARAMETERS, n=1)), None)
    meant = f"did you mean {close}?" if close else f"it can be {', '.join(PARAMETERS)}."
    return f"“{name[:40]}” is not known here; {meant}"
