"""The features that the prompts of a push name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from prompts.bundle.faults import some
from tenants.models import Feature
from tenants.refusals import NotFound

_SHOWN: Final = 5


def find_features(order: Iterable[Mapping[str, Any]]) -> Mapping[str, Feature]:
    """By slug. Raises NotFound with all that are not there, and the prompts that name them."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for each in order:
        if each.get("feature"):
            named[each["feature"]].append(each["name"])
    found = Feature.objects.in_bulk(list(named), field_name="slug") if named else {}
    missing = {slug: prompts for slug, prompts in named.items() if slug not in found}
    if missing:
        raise NotFound(_told(missing, list(Feature.objects.order_by("slug").values_list("slug", flat=True))))
    return found


def _told(missing: Mapping[str, Sequence[str]], known: Sequence[str]) -> str:
    each = [_one(slug, prompts, known) for slug, prompts in sorted(missing.items())[:_SHOWN]]
    left = len(missing) - _SHOWN
    more = f" {left:,} more features are not there." if left > 0 else ""
    slug = min(missing)
    return (
        f"{' '.join(each)}{more} There are: {some(known)}. Name one of them, leave `feature` out, or declare it and "
        f"run `aiops apply`: `features: {{{slug}: {{name: {slug.replace('-', ' ').capitalize()}}}}}`."
    )


def _one(slug: str, prompts: Sequence[str], known: Sequence[str]) -> str:
    close = get_close_matches(slug, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    return f"There is no feature {slug!r}, of {some(sorted(prompts), _SHOWN)}.{hint}"
