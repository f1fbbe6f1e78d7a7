from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from gateway.models import ChainDrill, DrillPlan
from gateway.reason_words import hops_told
from tenants.serializers import Choice, Strict


class DrillAnswerShape(serializers.Serializer[Any]):
    process = serializers.CharField(allow_blank=True, help_text="The gateway that was asked.")
    call = serializers.CharField(allow_blank=True, help_text="Id of the call.")
    failed = serializers.CharField(allow_blank=True, help_text="Who was made to fail, as provider/model.")
    served = serializers.CharField(allow_blank=True, help_text="Who answered; empty: nobody.")
    hops = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Asked in vain: provider/model, reason."
    )
    told = serializers.SerializerMethodField(help_text="The hops in words, in the same order.")
    ms = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)

    def get_told(self, answer: Mapping[str, Any]) -> list[str]:
        return hops_told(answer.get("hops", ()))


class ChainDrillShape(serializers.ModelSerializer[ChainDrill]):
    chain = serializers.CharField(source="chain.slug")
    members = serializers.ListField(
        child=serializers.CharField(),
        help_text="The models it was made with, as provider/model, in order; of others it proves nothing.",
    )
    is_current = serializers.SerializerMethodField(help_text="Whether they are the models of the chain as it is now.")
    answers = DrillAnswerShape(many=True, help_text="Of each gateway that was reached.")

    class Meta:
        model = ChainDrill
        fields = [
            "id", "chain", "started_at", "finished_at", "started_by", "scheduled", "passed", "trouble", "total",
            "members", "is_current", "answers",
        ]  # fmt: skip

    def get_is_current(self, drill: ChainDrill) -> bool:
        return drill.is_of(self.context["labels"])


class DrillPlanShape(serializers.Serializer[Any]):
    every = serializers.ChoiceField(choices=["", *DrillPlan.Every.values], help_text="Empty: never by itself.")
    hour = serializers.IntegerField(allow_null=True, help_text="Of UTC.")


class DrillPlanOrder(Strict):
    every = Choice(choices=["", *DrillPlan.Every.values], help_text="day, week (on Mondays), or empty for never.")
    hour = serializers.IntegerField(default=6, min_value=0, max_value=23, help_text="Of UTC.")
