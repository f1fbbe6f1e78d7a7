"""How the size of a prompt went over its last versions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aiops.lib import figures
from prompts.models import PromptVersion
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


def with_trends(rows: Iterable[Row]) -> list[tuple[Row, Trend | None]]:
    """Read for the rows that are shown, not for all that there are."""
    shown = list(rows)
    found = _trends({row.prompt.pk: row.newest.number for row in shown if row.newest})
    return [(row, found.get(row.prompt.pk)) for row in shown]


def _trends(newest: Mapping[UUID, int]) -> Mapping[UUID, Trend]:
    rows = PromptVersion.objects.last_of_each(newest, _VERSIONS).order_by("number")
    found: dict[UUID, list[int]] = defaultdict(list)
    for prompt, tokens in rows.values_list("prompt_id", "tokens"):
        if tokens is not None:
            found[prompt].append(tokens)
    return {prompt: Trend(tokens) for prompt, tokens in found.items() if len(tokens) > 1}
