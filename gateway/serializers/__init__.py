from decimal import Decimal
from typing import Any

from rest_framework import serializers

from gateway.grounding.policy import Mode, Unverified
from gateway.models import Chain, ChainMember, Model, Provider, ResponseCache
from gateway.models.caching import LONGEST_SECONDS
from gateway.models.chain import TRIGGERS
from tenants.serializers import Choice, Refusal, RefusalFacts, Strict, called

# Named by the schema; stops have modes too.
GROUNDING_MODES = [str(mode) for mode in Mode]


class ProviderShape(serializers.ModelSerializer[Provider]):
    has_key = serializers.SerializerMethodField(help_text="Keys are written, never read.")

    class Meta:
        model = Provider
        fields = [
            "slug",
            "name",
            "base_url",
            "api",
            "has_responses",
            "pricing_provider",
            "simulated",
            "allow_private",
            "has_key",
            "api_key_last_four",
            "api_key_env",
            "created_at",
        ]

    def get_has_key(self, provider: Provider) -> bool:
        return provider.api_key_sealed is not None or bool(provider.api_key_env)


class PriceShape(serializers.Serializer[Any]):
    prices = serializers.DictField(help_text="By kind, USD a million tokens, as exact decimals.")
    valid_from = serializers.DateTimeField()
    source = called(serializers.CharField())


class ModelShape(serializers.ModelSerializer[Model]):
    name = serializers.CharField(source="slug", help_text="What callers write as `model`.")
    provider = serializers.CharField(source="provider.slug")
    simulated = serializers.BooleanField(source="provider.simulated")

    class Meta:
        model = Model
        fields = ["name", "provider", "upstream", "context_window", "simulated"]


class PricedModelShape(ModelShape):
    price = PriceShape(allow_null=True, help_text="Null: unknown, and so is the cost of its calls.")

    class Meta(ModelShape.Meta):
        fields = [*ModelShape.Meta.fields, "price"]


class MemberShape(serializers.ModelSerializer[ChainMember]):
    model = serializers.CharField(source="model.slug")

    class Meta:
        model = ChainMember
        fields = ["model", "timeout_seconds", "attempts", "first_percent"]


class ChainShape(serializers.ModelSerializer[Chain]):
    name = serializers.CharField(source="slug", help_text="What callers write as `model`.")
    triggers = serializers.ListField(
        child=serializers.ChoiceField(choices=TRIGGERS), help_text="The failures that lead to the next model."
    )
    members = MemberShape(many=True)

    class Meta:
        model = Chain
        fields = ["name", "deadline_seconds", "triggers", "max_hops", "members"]


class GroundingShape(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=GROUNDING_MODES)
    min_confidence = serializers.FloatField(help_text="0 to 1; below it an answer is refused.")
    unverified = serializers.ChoiceField(choices=[str(each) for each in Unverified])


class GroundingOrder(Strict):
    mode = Choice(choices=[str(mode) for mode in Mode])
    min_confidence = serializers.DecimalField(5, 4, default=Decimal(0), min_value=Decimal(0), max_value=Decimal(1))
    unverified = Choice(choices=[str(each) for each in Unverified], default="drop")


class CachingShape(serializers.ModelSerializer[ResponseCache]):
    seconds = serializers.IntegerField(help_text="For how long an answer stands for the same question; 0: never.")

    class Meta:
        model = ResponseCache
        fields = ["seconds", "generation"]


class CachingOrder(Strict):
    seconds = serializers.IntegerField(min_value=0, max_value=LONGEST_SECONDS)


class ForgottenShape(serializers.Serializer[Any]):
    generation = serializers.IntegerField()


class ApplyOrder(Strict):
    declaration = serializers.JSONField(help_text="What aiops.yaml says, as JSON.")
    dry_run = serializers.BooleanField(default=False)


class DeclaredShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    name = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["created", "changed", "unchanged"])


class CountsShape(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()


class AppliedShape(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    changes = DeclaredShape(many=True)
    counts = CountsShape()
    warnings = serializers.ListField(child=serializers.CharField())


class ProblemShape(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="As people write it: chains.default.models[1].")
    place = serializers.ListField(help_text="The same, step by step.")
    detail = serializers.CharField()


class FaultyFacts(RefusalFacts):
    problems = ProblemShape(many=True)


class FaultyRefusal(Refusal):
    error = FaultyFacts()
