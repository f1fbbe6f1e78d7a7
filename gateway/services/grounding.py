from decimal import Decimal

from gateway.grounding.policy import Mode, Policy, Unverified
from gateway.models import Grounding
from gateway.services.auditing import record
from gateway.services.settings import SettingsChanged, policy_of
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
    expected: Policy | None = None,
    by: Actor,
) -> Declared[Grounding]:
    """Let the gateway check this feature's answers against the sources that its callers send, or leave them be.

    `expected`: how it stood when it was looked at; when it stands otherwise by now, nothing is changed.
    """
    if not 0 <= min_confidence <= 1:
        raise Invalid("min_confidence", f"{min_confidence} must be from 0 to 1.")
    values = {"mode": str(mode), "min_confidence": min_confidence, "unverified": str(unverified)}
    with revisions.changing(Revision.Name.CONFIG):
        if expected is not None and policy_of(feature) != expected:
            raise SettingsChanged(feature)
        declared = declare(Grounding, {"feature": feature}, values)
        if declared.outcome != "unchanged":
            record(f"grounding.{declared.outcome}", feature.slug, declared, by=by)
    return declared
