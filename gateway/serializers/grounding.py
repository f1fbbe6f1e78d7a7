from decimal import Decimal
from typing import Any

from rest_framework import serializers

from gateway.grounding.policy import Mode, Unverified
from tenants.serializers import Choice, Strict

# Named by the schema; stops have modes too.
GROUNDING_MODES = [str(mode) for mode in Mode]


class GroundingShape(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=GROUNDING_MODES)
    min_confidence = serializers.FloatField(help_text="0 to 1; below it an answer is refused.")
    unverified = serializers.ChoiceField(choices=[str(each) for each in Unverified])


class GroundingOrder(Strict):
    mode = Choice(choices=[str(mode) for mode in Mode])
    min_confidence = serializers.DecimalField(5, 4, default=Decimal(0), min_value=Decimal(0), max_value=Decimal(1))
    unverified = Choice(choices=[str(each) for each in Unverified], default="drop")
