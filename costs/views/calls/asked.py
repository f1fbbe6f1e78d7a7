"""What an address of the Calls page asks for: which calls, of which time, from which on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from aiops.lib import uuid7
from costs.reports.calls import Sort, Wanted, ids_beginning, unknown
from costs.views import ranges
from costs.views.calls.parameters import CURSORS, LONGEST, NAMES, OUTCOME, PLAIN, BadValue, Parameter
from costs.views.calls.versions import find_hash
from costs.views.ranges import BadRange, Preset, Range
from tenants.models import Feature, Tenant

DAY: Final = Preset("Last 24 hours", "now-24h", "now")
RANGES: Final = (
    Preset("Last 15 minutes", "now-15m", "now"),
    Preset("Last hour", "now-1h", "now"),
    DAY,
    Preset("Last 7 days", "now-7d", "now"),
    Preset("Last 30 days", "now-30d", "now"),
)
# Whoever names one of these says whose calls are meant.
_WHOSE: Final = ("tenant", "feature", "user", "own")
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"

type Query = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in force; `url` is the page without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    range: Range
    wanted: Wanted
    filters: Sequence[Filter]
    before: UUID | None
    after: UUID | None
    # What of the address could not be followed, in words.
    problem: str
    # The address itself, but for the place in the list.
    query: Mapping[str, Sequence[str]]
    sort: Sort = Sort.NEWEST

    @property
    def is_first_page(self) -> bool:
        return self.before is None and self.after is None

    @property
    def is_live(self) -> bool:
        """Whether calls may come that belong on top of it."""
        is_newest = self.sort is Sort.NEWEST and "id" not in self.query
        return self.is_first_page and is_newest and self.query.get("to", ["now"]) == ["now"]

    @property
    def is_followed(self) -> bool:
        """Whether they are put there by themselves."""
        return self.has("live", "yes")

    @property
    def pinned(self) -> str:
        """The query that asks the same whenever it is asked: with the times that were meant."""
        return urlencode({**self.query, **self.times()}, doseq=True, safe=":/")

    def times(self, *, since: datetime | None = None) -> dict[str, str]:
        return {"from": f"{since or self.range.since:{_MOMENT}}", "to": f"{self.range.until:{_MOMENT}}"}

    def link(self, **changes: str) -> str:
        return f"?{urlencode({**self.query, **{name: [value] for name, value in changes.items()}}, doseq=True)}"

    def without_strangers(self, known: Mapping[str, Collection[str]]) -> Self:
        """The same, or with what it asks for that is not there told in its problem."""
        fault = unknown(self.wanted, known)
        if fault is None:
            return self
        label = next(each.label for each in PLAIN if each.field == fault.field)
        return replace(self, problem=f"“{label}” cannot be “{fault.value[:40]}”; it can be {fault.allowed}.")

    def has(self, name: str, value: str) -> bool:
        return value in self.query.get(name, ())


def read(query: QueryDict, *, at: datetime, knows_prompts: bool) -> Asked:
    """`knows_prompts`: versions may be named, not only given by their hash."""
    given = {name: [each[:LONGEST] for each in query.getlist(name) if each] for name in NAMES}
    kept = {name: values for name, values in given.items() if values and name not in CURSORS}
    faults: list[str] = []
    chosen = _range(kept, at, faults)
    fields, filters = _named(kept, knows_prompts, faults)
    for parameter in PLAIN:
        _take(parameter, kept, fields, filters, faults)
    _take_outcomes(kept, fields, filters, faults)
    faults += _crossed(fields)
    if kept.keys().isdisjoint(_WHOSE):
        # What evals ask, hundreds at a time, would hide what customers asked.
        fields["own"] = False
    before, after = (_cursor(name, given, faults) for name in CURSORS)
    faults += [_stranger(name) for name in query if name not in NAMES]
    sort = _sort(kept, faults)
    return Asked(chosen, Wanted(**fields), filters, before, after, " ".join(faults), kept, sort)


def _sort(query: Query, faults: list[str]) -> Sort:
    word = query.get("sort", [Sort.NEWEST])[0]
    if word in set(Sort):
        return Sort(word)
    faults.append(f"The order cannot be “{word[:40]}”; it can be {', '.join(Sort)}.")
    return Sort.NEWEST


def _range(query: Query, at: datetime, faults: list[str]) -> Range:
    since, until = (query.get(name, [""])[0] for name in ("from", "to"))
    if "id" in query and not since and not until and (of_ids := _of_ids(query["id"][0])):
        return of_ids
    try:
        return ranges.read(since, until, at=at, presets=RANGES, otherwise=DAY)
    except BadRange as fault:
        faults.append(f"{fault} The last 24 hours are shown instead.")
        return ranges.read("", "", at=at, presets=RANGES, otherwise=DAY)


def _of_ids(digits: str) -> Range | None:
    """An id is a time: when the calls were made that begin so."""
    try:
        first, last = map(uuid7.time_of, ids_beginning(digits))
        return Range(first, last + timedelta(seconds=1), None)
    except (ValueError, OverflowError, OSError):
        return None


def _named(query: Query, knows_prompts: bool, faults: list[str]) -> tuple[dict[str, Any], list[Filter]]:
    """What is found by its name."""
    fields: dict[str, Any] = {}
    filters: list[Filter] = []
    if "tenant" in query:
        fields["tenant"] = _of_row("Tenant", Tenant.objects.all(), query, filters, faults)
    if "feature" in query:
        fields["feature"] = _of_row("Feature", Feature.objects.all(), query, filters, faults)
    if "version" in query:
        word = query["version"][0]
        found = find_hash(word, knows_prompts=knows_prompts)
        if found is None:
            faults.append(f"“{word[:80]}” is no version of a prompt; it can be a hash or name@v17.")
        fields["prompt_version"] = found
        filters.append(_filter("version", "Prompt version", word if "@" in word else word[:10], query))
    return fields, filters


def _of_row(label: str, rows: QuerySet[Any], query: Query, filters: list[Filter], faults: list[str]) -> Any:
    """Its key; not there and not yours are one answer."""
    name = label.lower()
    slug = query[name][0]
    found = rows.filter(slug=slug).first()
    if found is None:
        faults.append(f"There is no {name} “{slug[:80]}” that you may see; calls of all {name}s are shown instead.")
        # The other filters are kept without it.
        del query[name]
        return None
    filters.append(_filter(name, label, found.name, query))
    return found.pk


def _take(parameter: Parameter, query: Query, fields: dict[str, Any], filters: list[Filter], faults: list[str]) -> None:
    if parameter.name not in query:
        return
    try:
        value = fields[parameter.field] = parameter.read(query[parameter.name][0])
    except BadValue as fault:
        faults.append(f"“{parameter.label}” cannot be “{query[parameter.name][0][:40]}”; it can be {fault}.")
        return
    if isinstance(value, str):
        # What was said in words goes on as its code, which the form knows.
        query[parameter.name] = [str(value)]
    filters.append(_filter(parameter.name, parameter.label, parameter.shown(value), query))


def _take_outcomes(query: Query, fields: dict[str, Any], filters: list[Filter], faults: list[str]) -> None:
    found = []
    for text in query.get(OUTCOME.name, []):
        try:
            found.append(OUTCOME.read(text))
        except BadValue as fault:
            faults.append(f"“{OUTCOME.label}” cannot be “{text[:40]}”; it can be {fault}.")
    fields[OUTCOME.field] = tuple(found)
    for each in found:
        others = [value for value in query[OUTCOME.name] if value != each]
        rest = {**query, OUTCOME.name: others}
        filters.append(Filter(OUTCOME.label, OUTCOME.shown(each), f"?{urlencode(rest, doseq=True)}"))


def _filter(name: str, label: str, value: str, query: Query) -> Filter:
    rest = {other: values for other, values in query.items() if other != name}
    return Filter(label, value, f"?{urlencode(rest, doseq=True)}")


def _crossed(fields: Mapping[str, Any]) -> Iterator[str]:
    labels = {each.field: each.label for each in PLAIN}
    for low, label in labels.items():
        high = low.replace("_at_least", "_at_most")
        if high != low and low in fields and high in fields and fields[low] > fields[high]:
            yield f"“{label}” is more than “{labels[high]}”, so no call fits."


def _cursor(name: str, given: Query, faults: list[str]) -> UUID | None:
    if not given[name]:
        return None
    try:
        return UUID(given[name][0])
    except ValueError:
        faults.append(f"The place in the list ({name}) must be the id of a call.")
        return None


def _stranger(name: str) -> str:
    """A filter that is misspelt would show all calls as if they were those."""
    close = next(iter(get_close_matches(name[:40], NAMES, n=1)), None)
    meant = f"did you mean {close}?" if close else f"it can be {', '.join(NAMES)}."
    return f"“{name[:40]}” is not known here; {meant}"
