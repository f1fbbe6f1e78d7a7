from typing import Any

from rest_framework import serializers

from gateway.models import ResponseCache
from gateway.models.caching import LONGEST_SECONDS
from tenants.serializers import Strict


class CachingShape(serializers.ModelSerializer[ResponseCache]):
    seconds = serializers.IntegerField(help_text="For how long an answer stands for the same question; 0: never.")

    class Meta:
        model = ResponseCache
        fields = ["seconds", "generation"]


class CachingOrder(Strict):
    seconds = serializers.IntegerField(min_value=0, max_value=LONGEST_SECONDS)


class ForgottenShape(serializers.Serializer[Any]):
    generation = serializers.IntegerField()
