"""The operator's own prices, and which price is in force."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from costs.models import PriceVersion
from costs.models.price import DECLARED
from costs.pricing import PriceList
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.models import Revision
from tenants.services.declaring import Declared


def declare_price(provider: str, model: str, prices: PriceList, *, by: Actor, at: datetime) -> Declared[PriceVersion]:
    """From now on calls of this model cost this, whatever the catalogue says."""
    stored = prices.as_json()
    with revisions.changing(Revision.Name.CONFIG):
        current = price_in_force(provider, model, at=at)
        before = {"prices": current.prices} if current else {}
        if current is not None and current.source == DECLARED and current.prices == stored:
            return Declared(current, "unchanged", before, before)
        version = make_version(provider, model, stored, valid_from=at, source=DECLARED, at=at)
        audit.append_to_installation(
            actor=by,
            action="price.declared",
            object=f"{provider}/{model}"[:200],
            payload={"version": str(version.pk), "before": before, "after": {"prices": stored}},
            at=at,
        )
        push.after_commit(Revision.Name.CONFIG)
    return Declared(version, "changed" if current else "created", before, {"prices": stored})


def price_in_force(provider: str, model: str, *, at: datetime) -> PriceVersion | None:
    return PriceVersion.objects.filter(provider=provider, model=model).begun(at=at).by_rank().first()


def make_version(
    provider: str, model: str, stored: Mapping[str, Any], *, valid_from: datetime, source: str, at: datetime
) -> PriceVersion:
    """In the caller's transaction, which holds the config revision and writes the audit."""
    return PriceVersion.objects.create(
        provider=provider,
        model=model,
        prices=stored,
        valid_from=valid_from,
        source=source,
        content_hash=content_hash(provider, model, stored, valid_from, is_declared=source == DECLARED),
        created_at=at,
    )


def content_hash(
    provider: str, model: str, stored: Mapping[str, Any], valid_from: datetime, *, is_declared: bool
) -> bytes:
    content = [provider, model, stored, valid_from.timestamp(), is_declared]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).digest()
