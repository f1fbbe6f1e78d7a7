from gateway.models.chain import Chain, ChainMember
from gateway.models.feature_chain import FeatureChain
from gateway.models.grounding import Grounding
from gateway.models.model import Model
from gateway.models.provider import Provider

__all__ = ["Chain", "ChainMember", "FeatureChain", "Grounding", "Model", "Provider"]
