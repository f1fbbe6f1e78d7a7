from gateway.services.chains import Member, declare_chain
from gateway.services.feature_chains import declare_feature_chain, remove_feature_chain
from gateway.services.grounding import declare_grounding
from gateway.services.models import declare_model
from gateway.services.providers import declare_provider

__all__ = [
    "Member",
    "declare_chain",
    "declare_feature_chain",
    "declare_grounding",
    "declare_model",
    "declare_provider",
    "remove_feature_chain",
]
