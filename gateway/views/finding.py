"""Chains for the search over everything: by their own name, or by a model that they ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.models import Chain, ChainMember

_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Found:
    """`asks`: the model that was looked for; empty of one that was found by its name."""

    slug: str
    asks: str = ""


def chains_named(query: str) -> Sequence[Found]:
    if not query:
        return []
    named = [Found(slug) for slug in _slugs(query)]
    rows = ChainMember.objects.filter(model__slug__icontains=query).exclude(chain__slug__icontains=query)
    asking = rows.order_by("chain__slug", "-position").values_list("chain__slug", "model__slug")
    first = dict(asking[: 10 * _MOST])
    return [*named, *(Found(chain, model) for chain, model in sorted(first.items()))][:_MOST]


def _slugs(query: str) -> list[str]:
    rows = Chain.objects.filter(slug__icontains=query).order_by("slug")
    return list(rows.values_list("slug", flat=True)[:_MOST])
