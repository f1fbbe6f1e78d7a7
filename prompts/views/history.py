"""What became of a prompt: its versions as `git log` tells commits, and its releases."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from aiops.lib.showing import short
from prompts.models import Prompt, PromptVersion, Release
from prompts.views.finding import listed_versions
from prompts.views.judged import Judged, judged
from prompts.views.labels import Label, labels

PAGE: Final = 25
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: PromptVersion
    # Where everybody gets it now.
    environments: Sequence[str]
    judged: Sequence[Judged]
    # More tokens than the version before has; None: one of both is not known.
    growth: int | None = None
    # Where and to whom it is served now, canaries and tenants' own as well.
    labels: Sequence[Label] = ()

    @property
    def subject(self) -> str:
        """The first line of its commit's message."""
        return short(self.version.message.strip().split("\n")[0], _LONGEST)

    @property
    def author(self) -> str:
        """`Ada <ada@example.com>`, as git tells it, is Ada."""
        return short(self.version.author.partition(" <")[0], 60) or self.version.pushed_by


@dataclass(frozen=True, slots=True)
class Page:
    """Some of many, newest first; `newer` and `older` are pages' numbers."""

    lines: Sequence[VersionLine]
    total: int
    newer: int | None
    older: int | None


def versions_page(prompt: Prompt, live: Sequence[Release], *, number: int, text: str = "") -> Page:
    found = found_versions(prompt, text)
    first = (number - 1) * PAGE
    # By the index alone: however far down the page is, of the rows themselves only its own are read.
    numbers = list(found.order_by("-number").values_list("number", flat=True)[first : first + PAGE + 1])
    shown = list(listed_versions(prompt).filter(number__in=numbers[:PAGE]))
    served, verdicts, sizes = _served(live), judged([version.pk for version in shown]), _sizes_before(prompt, shown)
    shown_as = labels(prompt)
    lines = [
        VersionLine(
            version,
            served[version.pk],
            verdicts.get(version.pk, []),
            _growth(version, sizes),
            shown_as.get(version.pk, ()),
        )
        for version in shown
    ]
    total = _total(found, first, len(numbers))
    return Page(lines, total, number - 1 or None, number + 1 if len(numbers) > PAGE else None)


def _total(found: QuerySet[PromptVersion], before: int, seen: int) -> int:
    """On the last page it is known: a history is not read through once more to be counted."""
    is_last = seen <= PAGE and (seen or not before)
    return before + seen if is_last else found.count()


def found_versions(prompt: Prompt, text: str) -> QuerySet[PromptVersion]:
    """Those with this text in their commit, author or message; all, where there is none."""
    rows = PromptVersion.objects.of(prompt)
    return rows.saying(text) if text else rows


def _sizes_before(prompt: Prompt, versions: Iterable[PromptVersion]) -> Mapping[int, int | None]:
    rows = PromptVersion.objects.of(prompt).filter(number__in=[version.number - 1 for version in versions])
    return dict(rows.values_list("number", "tokens"))


def _growth(version: PromptVersion, sizes: Mapping[int, int | None]) -> int | None:
    before = sizes.get(version.number - 1)
    return None if before is None or version.tokens is None else version.tokens - before


def releases_of(prompt: Prompt, most: int) -> list[Release]:
    """Newest first, each with the number of the version that its lane served `before` it; None: nothing."""
    rows = Release.objects.filter(prompt=prompt).annotate(before=Subquery(_before(prompt)))
    return list(
        rows.select_related("version", "tenant", "planned").defer("version__content").order_by("-made_at", "-id")[:most]
    )


def _before(prompt: Prompt) -> QuerySet[Release, Any]:
    """Step by step back from the release, which ends soon: of a whole history only a few are shown."""
    lane = {"environment": OuterRef("environment"), "lane": OuterRef("lane"), "whose": _whose(OuterRef("tenant"))}
    rows = Release.objects.filter(prompt=prompt, number__lt=OuterRef("number")).alias(whose=_whose(F("tenant")))
    served = Case(When(percent__gt=0, then="version__number"))
    return rows.filter(**lane).latest_first().annotate(served=served).values("served")[:1]


def _whose(tenant: F) -> Coalesce:
    """Everybody's equals everybody's, which NULL does not."""
    return Coalesce(tenant, Value(UUID(int=0)))


def _served(live: Sequence[Release]) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for release in live:
        found[release.version_id].append(release.environment)
    return found
