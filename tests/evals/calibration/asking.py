"""What the tests of the Confidence pages ask."""

from decimal import Decimal

from gateway.grounding.policy import Mode
from gateway.services import declare_grounding
from tenants.actors import SYSTEM
from tenants.models import Feature

LIST, PAGE = "/confidence/", "/confidence/answers/"


def enforce(feature: Feature, threshold: str = "0") -> None:
    declare_grounding(feature, mode=Mode.ENFORCE, min_confidence=Decimal(threshold), by=SYSTEM)
