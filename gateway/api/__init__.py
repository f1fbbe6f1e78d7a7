"""The gateway's resources of the console's API."""

from gateway.api.applying import Application
from gateway.api.caching import CachingDetail, CachingForget
from gateway.api.grounding import GroundingDetail
from gateway.api.providers import ModelList, ProviderList

__all__ = ["Application", "CachingDetail", "CachingForget", "GroundingDetail", "ModelList", "ProviderList"]
