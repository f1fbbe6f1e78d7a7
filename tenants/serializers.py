"""Shapes of the API that every room shares, and those of tenants, features, people, keys and the audit log."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, override

import orjson
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from aiops.lib import durations
from tenants.keys import CONSOLE
from tenants.lookups import near
from tenants.models import ApiKey, AuditEntry, Feature, Membership, Role, Tenant, User
from tenants.strictness import faults_of

MOST_ROWS = 1000
# Of AI for a tenant.
TENANT_STATES: Final = ["on", "partly", "off"]


class Strict(serializers.Serializer[Any]):
    """Refuses what it does not know: a mistyped filter must not answer with everything."""

    @classmethod
    def of(cls, data: Any) -> dict[str, Any]:
        """What was sent, checked; refuses with the field and what is allowed."""
        order = cls(data=data)
        order.is_valid(raise_exception=True)
        return dict(order.validated_data)

    @override
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError({str(name): [self._unknown(str(name))] for name in unknown})
        if isinstance(data, Mapping) and (faults := faults_of(self.fields, data)):
            raise serializers.ValidationError(faults)
        return super().to_internal_value(data)

    def _unknown(self, name: str) -> str:
        return f"There is no such field.{near(name, self.fields)} Allowed: {', '.join(self.fields)}."


def called(field: serializers.Field[Any, Any, Any, Any]) -> Any:
    """A field by a name that fields have an attribute of, such as `label`: its class would be a wrong type for that."""
    return field


class Choice(serializers.ChoiceField):
    """A choice whose refusal says what is allowed."""

    @override
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | int) or data not in self.choices:
            allowed = ", ".join(str(choice) for choice in self.choices)
            raise serializers.ValidationError(f"{data!r} is not allowed. Allowed: {allowed}.")
        return data


@extend_schema_field(OpenApiTypes.STR)
class Moment(serializers.Field[datetime, str, str, Any]):
    """A time: ISO 8601, or how long ago (15m, 4h, 2d)."""

    def __init__(self, **values: Any) -> None:
        told = values.pop("help_text", "")
        super().__init__(help_text=f"{told} ISO 8601, or how long ago: 15m, 4h, 2d.".strip(), **values)

    @override
    def to_internal_value(self, data: Any) -> datetime:
        at = durations.moment(str(data), now=datetime.now(UTC))
        if at is None:
            raise serializers.ValidationError(f"{data!r} is not {durations.MOMENTS}.")
        return at

    @override
    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


class Page(Strict):
    limit = serializers.IntegerField(default=100, min_value=1, max_value=MOST_ROWS, help_text="Rows a page.")
    cursor = serializers.CharField(required=False, help_text="`next` of the page before.")


class TenantQuery(Page):
    q = serializers.CharField(required=False, help_text="Part of the name, slug, domain or plan.")


class TenantShape(serializers.ModelSerializer[Tenant]):
    class Meta:
        model = Tenant
        fields = ["id", "slug", "name", "plan", "domain", "allowed_models", "max_calls", "created_at"]


class TenantStateShape(TenantShape):
    state = serializers.ChoiceField(choices=TENANT_STATES, help_text="Of AI for it; partly: some features are off.")

    class Meta(TenantShape.Meta):
        fields = [*TenantShape.Meta.fields, "state"]


class FeatureShape(serializers.ModelSerializer[Feature]):
    class Meta:
        model = Feature
        fields = ["id", "slug", "name", "description", "safe_answer", "created_at"]


class KeyShape(serializers.ModelSerializer[ApiKey]):
    tenant = serializers.CharField(source="tenant.slug")
    feature = serializers.CharField(source="feature.slug", default=None, allow_null=True)
    role = serializers.CharField(allow_blank=True, help_text="Of a service key.")

    class Meta:
        model = ApiKey
        fields = [
            "id",
            "kind",
            "tenant",
            "name",
            "environment",
            "feature",
            "role",
            "last_four",
            "created_at",
            "expires_at",
            "revoked_at",
        ]


class NewKeyShape(KeyShape):
    key = serializers.CharField(help_text="The key itself, shown this once.")

    class Meta(KeyShape.Meta):
        fields = [*KeyShape.Meta.fields, "key"]


# A second set of roles would need a name of its own in the schema.
@extend_schema_field(OpenApiTypes.STR)
class ServiceRole(Choice):
    pass


SERVICE_ROLES = [Role.SUPPORT, Role.ENGINEER, Role.MANAGER, Role.AUDITOR, Role.ADMIN]


@extend_schema_serializer(examples=[OpenApiExample("A key for calls", value={"tenant": "acme", "feature": "answers"})])
class KeyOrder(Strict):
    tenant = serializers.CharField(required=False, help_text="For a key of the gateway: whose calls.")
    feature = serializers.CharField(required=False, help_text="Pin it to this feature.")
    environment = serializers.CharField(
        required=False, max_length=30, help_text=f"production unless given; {CONSOLE} of a service key."
    )
    name = serializers.CharField(required=False, max_length=100)
    role = ServiceRole(
        choices=SERVICE_ROLES,
        required=False,
        help_text=f"For a service key of this API, over all tenants: {', '.join(SERVICE_ROLES)}.",
    )
    expires_at = serializers.DateTimeField(required=False)

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("tenant" in attrs) == ("role" in attrs):
            raise serializers.ValidationError("Give one of tenant (a key for calls) and role (a service key).")
        if "role" in attrs and "feature" in attrs:
            raise serializers.ValidationError({"feature": "A service key is not pinned to a feature."})
        return {"environment": CONSOLE if "role" in attrs else "production", **attrs}


class MembershipShape(serializers.ModelSerializer[Membership]):
    tenant = serializers.CharField(source="tenant.slug")

    class Meta:
        model = Membership
        fields = ["tenant", "role"]


class UserShape(serializers.ModelSerializer[User]):
    memberships = MembershipShape(many=True)

    class Meta:
        model = User
        fields = ["id", "email", "name", "is_active", "date_joined", "memberships"]


class UserOrder(Strict):
    email = serializers.CharField(max_length=254)
    role = Choice(choices=Role.choices)
    password = serializers.CharField(write_only=True, trim_whitespace=False, max_length=256)
    tenant = serializers.CharField(required=False, help_text="Over this tenant only.")
    name = serializers.CharField(default="", allow_blank=True, max_length=200)


class AuditQuery(Page):
    tenant = serializers.CharField(required=False)
    action = serializers.CharField(required=False, help_text="Such as stop.made; or its beginning, such as stop.")
    since = Moment(required=False)
    seq = serializers.IntegerField(
        required=False, min_value=0, max_value=2**53, help_text="The entry of this number in each chain."
    )
    q = serializers.CharField(required=False, max_length=100, help_text="Part of the object, the actor or the details.")


class AuditShape(serializers.ModelSerializer[AuditEntry]):
    tenant = serializers.CharField(source="tenant.slug")
    details = serializers.SerializerMethodField()
    seal = serializers.SerializerMethodField()

    class Meta:
        model = AuditEntry
        fields = ["tenant", "seq", "at", "actor_kind", "actor_id", "actor_label", "action", "object", "details", "seal"]

    @extend_schema_field({"type": "object", "nullable": True})
    def get_details(self, entry: AuditEntry) -> Any:
        """Null when they were erased."""
        return None if entry.payload is None else orjson.loads(entry.payload)

    def get_seal(self, entry: AuditEntry) -> str:
        return bytes(entry.seal).hex()


class GrantShape(serializers.Serializer[Any]):
    role = serializers.CharField()
    tenant = serializers.CharField(allow_null=True, help_text="Null: over all tenants.")
    permissions = serializers.ListField(child=serializers.CharField())


class MeShape(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="user or key.")
    id = serializers.CharField()
    label = called(serializers.CharField())
    grants = GrantShape(many=True)


class VerifyOrder(Strict):
    tenant = serializers.CharField(required=False, help_text="Only this tenant's chain.")


class AuditChainShape(serializers.Serializer[Any]):
    tenant = serializers.CharField()
    entries = serializers.IntegerField()
    holds = serializers.BooleanField()
    broken_at = serializers.IntegerField(allow_null=True, help_text="The first entry that does not hold.")
    reason = serializers.CharField(allow_blank=True)


class VerificationShape(serializers.Serializer[Any]):
    holds = serializers.BooleanField()
    entries = serializers.IntegerField()
    chains = AuditChainShape(many=True)


_NOT_THERE: Final = {"error": {"code": "not_found", "detail": "There is no tenant 'acmee' that you may see."}}


class RefusalFacts(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.JSONField(help_text="Text, or messages by field.")


@extend_schema_serializer(examples=[OpenApiExample("Not there, or not yours", value=_NOT_THERE)])
class Refusal(serializers.Serializer[Any]):
    error = RefusalFacts()
