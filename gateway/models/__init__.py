from gateway.models.caching import ResponseCache
from gateway.models.chain import Chain, ChainMember
from gateway.models.drill import ChainDrill, DrillPlan
from gateway.models.feature_chain import FeatureChain
from gateway.models.grounding import Grounding
from gateway.models.model import Model
from gateway.models.provider import Provider

__all__ = [
    "Chain",
    "ChainDrill",
    "ChainMember",
    "DrillPlan",
    "FeatureChain",
    "Grounding",
    "Model",
    "Provider",
    "ResponseCache",
]
