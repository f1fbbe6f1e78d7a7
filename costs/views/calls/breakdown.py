"""How many calls of what there are, each a link that asks for those alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from costs.reports.calls import Facets, facets
from costs.views.calls.asked import Asked
from gateway.refusal_words import word_of
from tenants.models import Feature, Tenant


@dataclass(frozen=True, slots=True)
class Value:
    label: str
    calls: int
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Without groups there are none, or the filters in force are none that can be counted without opening too many."""

    groups: Sequence[Group]
    calls: int
    is_by_hours: bool = True


def breakdown(asked: Asked) -> Breakdown | None:
    """None unless it is asked for."""
    if not asked.has("facets", "yes"):
        return None
    found = facets(asked.wanted, asked.range.since, asked.range.until)
    return Breakdown(_groups(asked, found), found.total.calls, found.is_by_hours) if found else Breakdown((), 0)


def _groups(asked: Asked, found: Facets) -> list[Group]:
    tenants = Tenant.objects.in_bulk([key for key, _ in found.tenants])
    features = Feature.objects.in_bulk([key for key, _ in found.features])
    groups = [
        _of_rows(asked, "Tenant", "tenant", found.tenants, tenants),
        _of_rows(asked, "Feature", "feature", found.features, features),
        _of_words(asked, "Provider", "provider", found.providers),
        _of_words(asked, "Model", "model", found.models),
        _of_words(asked, "Environment", "environment", found.environments),
        Group("Withheld for", [_of_refusal(asked, str(reason), calls) for reason, calls in found.refusals]),
        Group("How they ended", _of_ends(asked, found)),
    ]
    return [group for group in groups if group.values]


def _of_rows(asked: Asked, label: str, name: str, counts: Sequence[tuple[Any, int]], rows: Mapping[Any, Any]) -> Group:
    return Group(
        label,
        [Value(rows[key].name, calls, asked.link(**{name: rows[key].slug})) for key, calls in counts if key in rows],
    )


def _of_words(asked: Asked, label: str, name: str, counts: Sequence[tuple[Any, int]]) -> Group:
    return Group(label, [Value(word, calls, asked.link(**{name: word})) for word, calls in counts])


def _of_refusal(asked: Asked, reason: str, calls: int) -> Value:
    return Value(word_of(reason), calls, asked.link(refusal=reason))


def _of_ends(asked: Asked, found: Facets) -> list[Value]:
    total = found.total
    ends = [
        ("Errors", total.errors, {"outcome": ["provider_error", "interrupted"]}),
        ("Stopped", total.stopped, {"outcome": ["stopped"]}),
        ("Refused, or over budget", total.refused, {"outcome": ["refused", "over_budget"]}),
        ("Fallback", total.fallbacks, {"fallback": ["yes"]}),
        ("Unpriced", total.unpriced_calls, {"price": ["unpriced"]}),
    ]
    return [
        Value(label, calls, f"?{urlencode({**asked.query, **query}, doseq=True)}")
        for label, calls, query in ends
        if calls
    ]
