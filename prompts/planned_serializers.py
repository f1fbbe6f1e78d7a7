from typing import Any, Final

from rest_framework import serializers

from prompts.models import PlannedRelease, Protection
from prompts.serializers import ReleaseShape
from prompts.services.protecting import ROLES
from tenants.serializers import Choice, Page, Strict, called

_OPEN, _ALL = "open", "all"
RELEASERS: Final = [role.value for role in ROLES]
_STATES: Final = [_OPEN, *PlannedRelease.State.values, _ALL]


class ProtectionShape(serializers.ModelSerializer[Protection]):
    role = Choice(choices=RELEASERS)

    class Meta:
        model = Protection
        fields = ["environment", "role", "second_person", "changed_at", "changed_by"]


class ProtectionOrder(Strict):
    role = Choice(
        choices=RELEASERS,
        required=False,
        help_text="Who may release there: engineers and admins, or admins alone. As it is, unless given; of an "
        "environment that was not protected: `engineer`.",
    )
    second_person = serializers.BooleanField(
        required=False,
        help_text="Whoever asks for a release does not approve it. As it is, unless given; of an environment that was "
        "not protected: false.",
    )


class PlannedQuery(Page):
    state = Choice(choices=_STATES, default=_OPEN, help_text="`open`: waiting and scheduled.")
    prompt = serializers.CharField(required=False, max_length=100)


class PlannedReleaseShape(serializers.ModelSerializer[PlannedRelease]):
    prompt = serializers.CharField(source="prompt.name")
    version = serializers.CharField(source="version.hash")
    label = called(serializers.CharField(source="version.__str__"))
    tenant = serializers.CharField(
        source="tenant.slug", default=None, allow_null=True, help_text="Null: it is for everybody."
    )
    asked_by = serializers.CharField(source="asked_by_label")
    decided_by = serializers.CharField(
        source="decided_by_label", allow_blank=True, help_text="Who approved, declined or cancelled it."
    )
    release = ReleaseShape(allow_null=True, help_text="What it led to.")
    fault = serializers.CharField(allow_blank=True, help_text="Why it was refused when its time came.")

    class Meta:
        model = PlannedRelease
        fields = [
            "id", "prompt", "environment", "tenant", "version", "label", "percent", "state", "due_at", "note",
            "override_reason", "asked_at", "asked_by", "decided_at", "decided_by", "decision_note", "ended_at",
            "release", "fault",
        ]  # fmt: skip


class PlannedDecision(Strict):
    note = serializers.CharField(
        default="", allow_blank=True, max_length=2000, help_text="For colleagues: why. Needed to decline."
    )


def chosen(query: dict[str, Any]) -> dict[str, Any]:
    """Of `PlannedQuery`, as rows are filtered."""
    state = query["state"]
    states = {_OPEN: PlannedRelease.OPEN, _ALL: PlannedRelease.State.values}.get(state, (state,))
    return {"state__in": states} | ({"prompt__name": query["prompt"]} if "prompt" in query else {})
