from decimal import Decimal

from gateway.grounding.policy import Mode, Unverified
from gateway.models import Grounding
from gateway.services.auditing import record
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Feature, Revision
from tenants.refusals import Invalid
from tenants.services.declaring import Declared, declare


def declare_grounding(
    feature: Feature,
    *,
    mode: Mode,
    min_confidence: Decimal = Decimal(0),
    unverified: Unverified = Unverified.DROP,
    by: Actor,
) -> Declared[Grounding]:
    """Let the gateway check this feature's answers against the sources that its callers send, or leave them be."""
    if not 0 <= min_confidence <= 1:
        raise Invalid("min_confidence", f"{min_confidence} must be from 0 to 1.")
    values = {"mode": str(mode), "min_confidence": min_confidence, "unverified": str(unverified)}
    with revisions.changing(Revision.Name.CONFIG):
        declared = declare(Grounding, {"feature": feature}, values)
        if declared.outcome != "unchanged":
            record(f"grounding.{declared.outcome}", feature.slug, declared, by=by)
    return declared
