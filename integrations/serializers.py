from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from integrations.diffing import Change
from integrations.models import Connection, LedgerEntry
from integrations.registry import ACTIONS, SYSTEMS
from integrations.wording import says
from tenants.serializers import Choice, Page, Strict


class ConnectionQuery(Page):
    tenant = serializers.CharField(required=False, help_text="Only this tenant's.")


class ConnectionValues(Strict):
    """What both making and changing one may say."""

    name = serializers.CharField(required=False, max_length=200)
    address = serializers.CharField(required=False, max_length=500, help_text="http:// or https://.")
    key = serializers.CharField(required=False, max_length=4000, help_text="Of the user it acts as; never shown again.")
    acts_as = serializers.CharField(required=False, max_length=200, help_text="That user's login in the system.")
    settings = serializers.DictField(child=serializers.CharField(max_length=200), required=False)
    allow_private = serializers.BooleanField(required=False)
    environment = serializers.CharField(required=False, max_length=30)
    writes = Choice(choices=Connection.Writes.choices, required=False)
    is_enabled = serializers.BooleanField(required=False)


class ConnectionOrder(ConnectionValues):
    tenant = serializers.CharField()
    slug = serializers.CharField(max_length=63)
    system = Choice(choices=sorted(SYSTEMS))
    address = serializers.CharField(max_length=500)
    key = serializers.CharField(max_length=4000)
    acts_as = serializers.CharField(max_length=200)


class ConnectionChange(ConnectionValues):
    version = serializers.IntegerField(required=False, help_text="That was seen; a later one is a conflict.")


class ConnectionShape(serializers.ModelSerializer[Connection]):
    tenant = serializers.CharField(source="tenant.slug")
    health = serializers.CharField()
    writes = serializers.CharField(help_text="dry_run, approve or allow.")
    waiting = serializers.SerializerMethodField(help_text="Writes that wait for a person.")

    class Meta:
        model = Connection
        fields = [
            "tenant", "slug", "name", "system", "address", "allow_private", "settings", "key_last_four", "acts_as",
            "environment", "writes", "is_enabled", "health", "health_says", "checked_at", "waiting", "version",
            "created_at", "changed_at", "changed_by",
        ]  # fmt: skip

    def get_waiting(self, connection: Connection) -> int:
        known: Mapping[UUID, int] = self.context["waiting"]
        return known.get(connection.pk, 0)


class OfferShape(serializers.Serializer[Any]):
    tenant = serializers.CharField()
    connection = serializers.CharField()
    environment = serializers.CharField()


class ActionShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    system = serializers.CharField()
    writes = serializers.BooleanField()
    risk = serializers.CharField(allow_null=True, help_text="Of a write: low, medium or high.")
    undone_by = serializers.CharField(allow_null=True, help_text="The action that takes it back.")
    takes = serializers.DictField(help_text="JSON Schema of `input`.")
    gives = serializers.DictField(help_text="JSON Schema of `output`, and of a write's `result`.")
    connections = OfferShape(many=True)


class ActionOrder(Strict):
    tenant = serializers.CharField(required=False, help_text="A call key's own unless given.")
    connection = serializers.CharField(required=False, help_text="Needed when several would do.")
    input = serializers.DictField(help_text="Fits the action's `takes`.")
    idempotency_key = serializers.CharField(required=False, max_length=200, help_text="Of a write: done once a key.")
    dry_run = serializers.BooleanField(default=False, help_text="Checked and shown, and not sent.")
    call_id = serializers.UUIDField(required=False, help_text="The call of the gateway that asked for it.")
    position = serializers.IntegerField(default=0, min_value=0, max_value=999, help_text="Of several of one call.")
    feature = serializers.CharField(required=False, help_text="Whose it is; a call key that is not pinned has to say.")
    user = serializers.CharField(required=False, max_length=200, help_text="The end user, as calls name them.")
    prompt_version = serializers.CharField(required=False, max_length=200)


class FieldChangeShape(serializers.Serializer[Any]):
    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class WriteErrorShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class WriteShape(serializers.ModelSerializer[LedgerEntry]):
    tenant = serializers.CharField(source="tenant.slug")
    connection = serializers.CharField(source="connection.slug")
    feature = serializers.CharField(source="feature.slug", default=None, allow_null=True)
    state = serializers.CharField(help_text=", ".join(LedgerEntry.State))
    says = serializers.SerializerMethodField(help_text="What became of it, in words.")
    writes = serializers.CharField(help_text="The mode it was asked under.")
    diff = serializers.SerializerMethodField()
    asked_by = serializers.CharField(source="asked_by_label")
    decided_by = serializers.CharField(source="decided_by_label")
    user = serializers.SerializerMethodField(help_text="The end user; null when not given, or forgotten.")
    error = serializers.SerializerMethodField()
    undone_by = serializers.SerializerMethodField(help_text="The action that would take it back; null when none does.")
    url = serializers.SerializerMethodField(help_text="Its page in the console.")

    class Meta:
        model = LedgerEntry
        fields = [
            "id", "tenant", "connection", "action", "state", "says", "version", "writes", "input", "before", "after",
            "diff", "asked_at", "asked_by", "user", "call_id", "feature", "prompt_version", "undoes", "undone_by",
            "decided_at", "decided_by", "decision_note", "attempts", "sent_at", "ended_at", "external_id", "result",
            "error", "may_retry", "url",
        ]  # fmt: skip

    def get_says(self, entry: LedgerEntry) -> str:
        return says(entry)

    @extend_schema_field(FieldChangeShape(many=True))
    def get_diff(self, entry: LedgerEntry) -> list[dict[str, Any]]:
        return [_told(each) for each in entry.changes]

    def get_user(self, entry: LedgerEntry) -> str | None:
        labels: Mapping[tuple[UUID, UUID | None], str] = self.context["people"]
        return labels.get((entry.tenant_id, entry.user_key))

    @extend_schema_field(WriteErrorShape(allow_null=True))
    def get_error(self, entry: LedgerEntry) -> dict[str, str] | None:
        return {"code": entry.error_code, "detail": entry.error} if entry.error_code else None

    def get_undone_by(self, entry: LedgerEntry) -> str | None:
        return (entry.does.undone_by if entry.does else "") or None

    def get_url(self, entry: LedgerEntry) -> str:
        return f"{settings.AIOPS_URL}{reverse('integrations:write-detail', args=[entry.id])}"


class OutcomeShape(serializers.Serializer[Any]):
    action = serializers.CharField()
    connection = serializers.CharField()
    output = serializers.DictField(allow_null=True, help_text="Of a read.")
    write = WriteShape(allow_null=True)
    replayed = serializers.BooleanField(help_text="It was asked before under this key; this is what came of it.")


class FailedShape(serializers.Serializer[Any]):
    error = WriteErrorShape()
    write = WriteShape()


class WriteQuery(Page):
    tenant = serializers.CharField(required=False, help_text="Only this tenant's.")
    state = Choice(choices=list(LedgerEntry.State), required=False)
    action = Choice(choices=sorted(ACTIONS), required=False)


class DecisionOrder(Strict):
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


def _told(change: Change) -> dict[str, Any]:
    return {"field": change.field, "before": change.before, "after": change.after}
