"""Whose demands hold for a call: its feature's, or in an eval those of the feature that it stands for."""

from typing import Final

from gateway.call import Call
from gateway.errors import UnknownFeature
from gateway.grounding.policy import Mode, Policy

HEADER: Final = b"x-aiops-grounding-of"


def policy_of(call: Call) -> Policy:
    """Without its threshold, which is what is measured. Read of the built-in tenant alone: anybody else's answers
    would get past their threshold."""
    named = call.headers.get(HEADER)
    if not named or not call.key.tenant.is_operator:
        return call.feature.grounding
    slug = named.decode("utf-8", "replace")
    feature = call.config.features.get(slug)
    if feature is None:
        raise UnknownFeature(slug, call.config.features)
    return Policy(Mode.ENFORCE, 0.0, feature.grounding.unverified)
