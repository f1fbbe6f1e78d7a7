from typing import Any

from rest_framework import serializers

from readiness.evidence import State
from readiness.items import ITEMS
from readiness.models import Attestation, ItemException
from readiness.services.attesting import LONGEST_URL, MOST_PROVIDERS, MOST_WORDS
from tenants.serializers import Choice, Strict

_STATES = ", ".join(State)


class StateCountsShape(serializers.Serializer[Any]):
    """How many items are in each state."""

    met = serializers.IntegerField()
    not_met = serializers.IntegerField()
    stale = serializers.IntegerField()
    waived = serializers.IntegerField()
    not_applicable = serializers.IntegerField()
    not_measured = serializers.IntegerField()


class FeatureReadinessShape(serializers.Serializer[Any]):
    feature = serializers.CharField()
    name = serializers.CharField()
    counted = serializers.IntegerField(help_text="Items that are met, or agreed not to apply.")
    bar = serializers.IntegerField(help_text="So many are needed.")
    is_at_bar = serializers.BooleanField()
    counts = StateCountsShape()
    ending = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers of items whose word or exception ends within 14 days."
    )


class ProofShape(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # a row has one, as a field does
    url = serializers.CharField()


class ItemExceptionShape(serializers.ModelSerializer[ItemException]):
    feature = serializers.CharField(source="feature.slug", default=None, allow_null=True, help_text="Null: all.")
    kind = serializers.CharField()
    asked_by = serializers.CharField(source="asked_by_label")
    agreed_by = serializers.CharField(source="agreed_by_label", allow_blank=True)

    class Meta:
        model = ItemException
        fields = [
            "id", "item", "kind", "feature", "reason", "asked_by", "asked_at", "agreed_by", "agreed_at", "expires_on",
            "ended_at",
        ]  # fmt: skip


class ItemReadinessShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    group = serializers.CharField()
    title = serializers.CharField()
    owner = serializers.CharField()
    state = serializers.CharField(help_text=f"One of {_STATES}.")
    since = serializers.DateField()
    evidence = serializers.CharField(help_text="Why, in a sentence.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="Of the newest row that it rests on.")
    expires_on = serializers.DateField(allow_null=True)
    ends_soon = serializers.BooleanField()
    proofs = ProofShape(many=True)
    attested_by = serializers.ListField(
        child=serializers.CharField(), help_text="Roles whose word counts; empty: it is asked of the data."
    )
    exception = ItemExceptionShape(allow_null=True)


class FeatureItemsShape(FeatureReadinessShape):
    items = ItemReadinessShape(many=True)


class AttestationShape(serializers.ModelSerializer[Attestation]):
    feature = serializers.CharField(source="feature.slug", default=None, allow_null=True, help_text="Null: all.")
    by = serializers.CharField(source="by_label")
    role = serializers.CharField()

    class Meta:
        model = Attestation
        fields = [
            "id", "item", "feature", "document_url", "statement", "providers", "by", "role", "at", "expires_on",
            "withdrawn_at", "withdrawn_by",
        ]  # fmt: skip


class AttestOrder(Strict):
    item = serializers.IntegerField(min_value=1, max_value=len(ITEMS))
    feature = serializers.CharField(required=False, help_text="Of all features without one.")
    document_url = serializers.CharField(max_length=LONGEST_URL)
    statement = serializers.CharField(max_length=MOST_WORDS)
    providers = serializers.ListField(
        child=serializers.CharField(max_length=63), default=list, max_length=MOST_PROVIDERS,
        help_text="Those that the document covers, of items 23 and 24.",
    )  # fmt: skip
    expires_on = serializers.DateField(help_text="The last day on which it counts.")


class ExceptionOrder(Strict):
    item = serializers.IntegerField(min_value=1, max_value=len(ITEMS))
    feature = serializers.CharField(required=False, help_text="Of all features without one.")
    kind = Choice(choices=ItemException.Kind.values)
    reason = serializers.CharField(max_length=MOST_WORDS)
    expires_on = serializers.DateField(required=False, help_text="The last day on which it holds; a waiver needs one.")


class NothingOrder(Strict):
    """The address says all of it."""


class WithdrawnShape(serializers.Serializer[Any]):
    changed = serializers.BooleanField(help_text="False when somebody was faster.")
    attestation = AttestationShape()


class ChangedExceptionShape(serializers.Serializer[Any]):
    changed = serializers.BooleanField(help_text="False when somebody was faster.")
    exception = ItemExceptionShape()
