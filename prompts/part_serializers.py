"""Shapes of what a change touches."""

from typing import Any, Final

from rest_framework import serializers

from tenants.serializers import Page, Strict

MOST_ASKED: Final = 200
_UNKNOWN: Final = "Null: nobody called, or nobody can tell."


class PartQuery(Page):
    pass


class ImpactQuery(Strict):
    path = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        max_length=MOST_ASKED,
        help_text="Of a part, as prompts include it. May be given many times.",
    )
    prompt = serializers.ListField(
        child=serializers.CharField(max_length=100),
        default=list,
        max_length=MOST_ASKED,
        help_text="A prompt's name. May be given many times.",
    )


class TrafficShape(serializers.Serializer[Any]):
    calls_7d = serializers.IntegerField(allow_null=True, help_text=f"Calls of seven days. {_UNKNOWN}")
    cost_usd_7d = serializers.CharField(
        allow_null=True, help_text=f"What they cost, as far as prices are known. {_UNKNOWN}"
    )
    unpriced_calls_7d = serializers.IntegerField(allow_null=True, help_text="Calls among them without a price.")


class PartShape(TrafficShape):
    path = serializers.CharField()
    text = serializers.CharField(help_text="What names its text: the same one has the same name, whatever its path.")
    tokens = serializers.IntegerField(help_text="About so many, of its own.")
    prompts = serializers.ListField(child=serializers.CharField())
    prompts_with_another_text = serializers.ListField(child=serializers.CharField())
    environments = serializers.ListField(child=serializers.CharField(), help_text="Where it is live.")
    also_at = serializers.ListField(child=serializers.CharField(), help_text="Other paths of the same text.")
    calls_share_7d = serializers.FloatField(allow_null=True, help_text="Of all calls that name a prompt, 0 to 1.")
    cost_share_7d = serializers.FloatField(allow_null=True, help_text="Of what those cost, 0 to 1.")


class TouchedPartShape(serializers.Serializer[Any]):
    path = serializers.CharField()
    prompts = serializers.ListField(child=serializers.CharField())


class JudgingShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    cases = serializers.IntegerField(allow_null=True, help_text="Null: the suite was never pushed.")
    verdict = serializers.CharField(
        allow_null=True, help_text="The last one on what is live, else on the newest. Null: none."
    )


class TouchedPromptShape(TrafficShape):
    name = serializers.CharField()
    feature = serializers.CharField(allow_null=True)
    live = serializers.DictField(child=serializers.CharField(), help_text="The version served, by environment.")
    newest = serializers.CharField()
    suites = JudgingShape(many=True)


class ImpactShape(TrafficShape):
    parts = TouchedPartShape(many=True)
    prompts = TouchedPromptShape(many=True, help_text="The most money first.")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="What the console has not, of what was asked."
    )
    days = serializers.IntegerField()
