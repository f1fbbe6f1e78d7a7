"""What answers that were given again spared: about, as nobody can know what a model would have answered."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.db.models import Q

from costs.reports.ledger import By, Key, sums_by
from costs.reports.periods import Period

_FIELDS: Final = ("tenant_id", "feature_id", "provider", "model")


def spared(chosen: Q, period: Period, by: By) -> Mapping[Key, Decimal]:
    """Each what an answer by its model to the same tenant's feature cost in these days; where none did, left out."""
    found: dict[Key, Decimal] = defaultdict(Decimal)
    for key, total in sums_by(
        chosen, period, _FIELDS, wanted=("kept_calls", "spend", "priced", "unpriced_calls")
    ).items():
        if total.kept_calls and total.per_1k_calls is not None:
            found[_key(key, by)] += total.kept_calls * total.per_1k_calls / 1000
    return dict(found)


def _key(key: tuple[Key, ...], by: By) -> Key:
    tenant, feature, provider, model = key
    return {By.TENANT: tenant, By.FEATURE: feature, By.MODEL: f"{provider}/{model}"}[by]
