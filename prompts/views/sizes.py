"""How the size of a prompt went over its last versions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from aiops.lib import figures
from prompts.models import Prompt, PromptVersion
from prompts.views.listing import Row

_VERSIONS: Final = 12


@dataclass(frozen=True, slots=True)
class Trend:
    """Tokens of the versions whose size is known, oldest first; at least two."""

    tokens: Sequence[int]

    @property
    def words(self) -> str:
        first, last = figures.exact(self.tokens[0]), figures.exact(self.tokens[-1])
        return f"from {first} to {last} tokens in {len(self.tokens)} versions"


def with_trends(rows: Sequence[Row]) -> list[tuple[Row, Trend | None]]:
    """Read for the rows that are shown, not for all that there are."""
    found = _trends([row.prompt.pk for row in rows])
    return [(row, found.get(row.prompt.pk)) for row in rows]


def _trends(prompts: Collection[UUID]) -> Mapping[UUID, Trend]:
    last = PromptVersion.objects.filter(prompt=OuterRef("pk")).order_by("-number").values("tokens")[:_VERSIONS]
    rows = Prompt.objects.filter(pk__in=prompts).values_list("pk", ArraySubquery(last))
    return {prompt: trend for prompt, tokens in rows if (trend := _trend(tokens))}


def _trend(newest_first: Sequence[int | None]) -> Trend | None:
    known = [tokens for tokens in reversed(newest_first) if tokens is not None]
    return Trend(known) if len(known) > 1 else None
