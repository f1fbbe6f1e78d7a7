from typing import Any

from rest_framework import serializers

from tenants.serializers import Refusal, RefusalFacts, Strict


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
