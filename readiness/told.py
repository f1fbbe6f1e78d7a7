"""Readiness as programs read it."""

from datetime import date
from typing import Any

from django.conf import settings

from readiness.evidence import Proof
from readiness.items import BAR
from readiness.serializers import ItemExceptionShape
from readiness.standing import FeatureStanding, Standing


def of_feature(found: FeatureStanding, *, on: date) -> dict[str, Any]:
    return {
        "feature": found.feature.slug,
        "name": found.feature.name,
        "counted": found.counted,
        "bar": BAR,
        "is_at_bar": found.is_at_bar,
        "counts": {str(state): count for state, count in found.counts.items()},
        "ending": [each.item.number for each in found.ending(on)],
    }


def of_item(found: Standing, *, on: date) -> dict[str, Any]:
    item, evidence = found.item, found.evidence
    return {
        "number": item.number,
        "group": str(item.group),
        "title": item.title,
        "owner": str(item.owner),
        "state": str(found.state),
        "since": found.since.isoformat(),
        "evidence": evidence.sentence,
        "as_of": evidence.as_of.isoformat() if evidence.as_of else None,
        "expires_on": evidence.expires_on.isoformat() if evidence.expires_on else None,
        "ends_soon": found.ends_soon(on),
        "proofs": [{"label": proof.label, "url": _absolute(proof)} for proof in evidence.proofs],
        "attested_by": [str(role) for role in item.attesters],
        "exception": ItemExceptionShape(found.exception).data if found.exception else None,
    }


def _absolute(proof: Proof) -> str:
    return f"{settings.AIOPS_URL}{proof.url}" if proof.url.startswith("/") else proof.url
