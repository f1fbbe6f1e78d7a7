"""Stops that are to be made at a moment."""

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from killswitch.models import Plan
from killswitch.scopes import Scope
from killswitch.serializers.orders import SCOPES, StopOrder
from tenants.serializers import Choice, Page

# A year and a day; a stop that lasts longer has no end.
_LONGEST_SECONDS = 366 * 24 * 3600


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Two hours of maintenance",
            value={
                "tenant": "acme",
                "connection": "erp",
                "reason": "maintenance",
                "starts_at": "2026-11-28T02:00:00Z",
                "lasts_seconds": 7200,
            },
            request_only=True,
        ),
        OpenApiExample(
            "Off from a moment on",
            value={"tenant": "acme", "reason": "customer", "starts_at": "2026-11-28T18:00:00Z"},
            request_only=True,
        ),
    ]
)
class PlanOrder(StopOrder):
    starts_at = serializers.DateTimeField(help_text="When it is stopped, within a few seconds.")
    lasts_seconds = serializers.IntegerField(
        required=False, min_value=1, max_value=_LONGEST_SECONDS, help_text="From its start on; or `expires_at`."
    )


class PlanQuery(Page):
    state = Choice(choices=[*Plan.State.values, "all"], default=str(Plan.State.WAITING))
    tenant = serializers.CharField(required=False, help_text="Only this tenant's.")
    scope = Choice(choices=SCOPES, required=False, help_text="Only of this scope.")


class PlanShape(serializers.ModelSerializer[Plan]):
    tenant = serializers.CharField(source="tenant.slug", default=None, allow_null=True)
    feature = serializers.CharField(source="feature.slug", default=None, allow_null=True)
    ref = serializers.SerializerMethodField(help_text="As of a stop.")
    what = serializers.CharField(help_text="What will be off, in words.")
    note = serializers.CharField(source="open_note", help_text="Empty: of the operator, to a tenant's own people.")
    made_by = serializers.CharField(source="maker")
    by_operator = serializers.BooleanField(help_text="Not for the tenant's own people to cancel.")
    cancelled_by = serializers.CharField(source="canceller", help_text="Or empty.")
    settled_at = serializers.DateTimeField(
        allow_null=True, help_text="When it started, was cancelled, or was found not to be able to start."
    )
    stop = serializers.UUIDField(
        source="stop_id", allow_null=True, help_text="What came of it: of its own, or the one that it joined."
    )
    why_not = serializers.CharField(help_text="Why it could not start; or empty.")

    class Meta:
        model = Plan
        fields = [
            "id",
            "scope",
            "tenant",
            "feature",
            "ref",
            "what",
            "mode",
            "in_flight",
            "drain_seconds",
            "reason",
            "note",
            "message",
            "origin",
            "starts_at",
            "expires_at",
            "review_at",
            "made_at",
            "made_by",
            "by_operator",
            "state",
            "settled_at",
            "cancelled_by",
            "stop",
            "why_not",
        ]

    @extend_schema_field({"type": "string", "nullable": True})
    def get_ref(self, plan: Plan) -> str | None:
        found: str | None = vars(plan).get("person") if plan.scope == Scope.USER else plan.subject or None
        return found
