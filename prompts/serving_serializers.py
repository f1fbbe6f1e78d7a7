"""What is asked and told where a prompt is read and its lanes are changed."""

from typing import Any, Final

from rest_framework import serializers

from prompts.models import Release
from prompts.serializers import ReleaseShape
from prompts.stop_shapes import STOPPED, VersionStopShape
from prompts.waiting.wait import LONGEST_SECONDS
from tenants.serializers import Strict, called

EXPECTED: Final = (
    "`number` of the newest release of the prompt there, of any lane, as you saw it; 0: none. Refused with 409 if "
    "there is another by now, so that what is sent twice is done once."
)
EXPECTED_VERSION: Final = (
    "What you saw served there until now: a hash, the beginning of it, or v17. Of a rollback that ends a canary: the "
    "canary. Refused with 409 if it is another by now."
)
WAIT: Final = "With If-None-Match: seconds for which a 304 is held back, unless something else is served before."


class ReadQuery(Strict):
    environment = serializers.CharField(default="production", max_length=30)
    wait = serializers.IntegerField(default=0, min_value=0, max_value=LONGEST_SECONDS, help_text=WAIT)
    tenant = serializers.CharField(required=False, max_length=63, help_text="For whom: it may have its own version.")
    user = serializers.CharField(
        required=False, max_length=200, help_text="Of the tenant, as calls name them. Without one: in no canary."
    )


class ServedShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    environment = serializers.CharField()
    version = serializers.CharField()
    label = called(serializers.CharField())
    lane = serializers.ChoiceField(choices=Release.Lane.choices, help_text="A canary goes to a share of people.")
    bundle = serializers.DictField()


class EndOrder(Strict):
    environment = serializers.CharField(max_length=30)
    tenant = serializers.CharField(
        required=False, max_length=63, help_text="Its own version; everybody's, unless given."
    )
    expected = serializers.IntegerField(required=False, min_value=0, help_text=EXPECTED)
    expected_version = serializers.CharField(required=False, help_text=EXPECTED_VERSION)
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class RollbackOrder(Strict):
    environment = serializers.CharField(max_length=30)
    tenant = serializers.CharField(
        required=False, max_length=63, help_text="Its own version; everybody's, unless given."
    )
    version = serializers.CharField(
        required=False, help_text="Another one that was live there; the one before, unless given."
    )
    expected = serializers.IntegerField(required=False, min_value=0, help_text=EXPECTED)
    expected_version = serializers.CharField(required=False, help_text=EXPECTED_VERSION)
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class KeptLaneShape(serializers.Serializer[Any]):
    tenant = serializers.CharField()
    version = serializers.CharField()
    label = called(serializers.CharField())
    percent = serializers.IntegerField(help_text="Of the tenant's people; 100: all of them.")


class KeptShape(serializers.Serializer[Any]):
    tenants = serializers.IntegerField(help_text="So many; 0: all get what everybody gets.")
    versions = serializers.ListField(child=serializers.CharField(), help_text="All that they are served: v2, v3.")
    lanes = KeptLaneShape(many=True, help_text="The first 100, by tenant.")


class BesideShape(serializers.Serializer[Any]):
    """A planned release that waits there, and what became of it."""

    id = serializers.UUIDField(source="plan.pk")
    tenant = serializers.CharField(source="plan.tenant.slug", default=None, allow_null=True)
    label = called(serializers.CharField(source="plan.version.__str__"))
    due_at = serializers.DateTimeField(source="plan.due_at", allow_null=True, help_text="Null: once it is approved.")
    asked_by = serializers.CharField(source="plan.asked_by_label")
    why = serializers.CharField(
        allow_blank=True, help_text="Why it will not be released any more; empty: it still stands."
    )


class ReleasedShape(serializers.Serializer[Any]):
    release = ReleaseShape()
    planned = BesideShape(many=True, help_text="Releases that wait there, for everybody or for this tenant.")
    before = serializers.CharField(
        allow_null=True,
        help_text="The version served until now; of a new canary to its people, who got what all others get.",
    )
    before_percent = serializers.IntegerField(
        allow_null=True, help_text="To so many of 100 people: fewer than 100 of a canary that it takes the place of."
    )
    kept = KeptShape(
        help_text="Tenants with a version or a canary of their own, whom a change of everybody's does not reach."
    )
    stopped = VersionStopShape(allow_null=True, help_text=STOPPED)
    revision = serializers.IntegerField(
        help_text="Of the configuration: gateways serve it once they have applied this."
    )
