from typing import Any, Final, override

from rest_framework import serializers

from prompts.models import Prompt, PromptVersion, Release
from prompts.stop_shapes import STOPPED, VersionStopShape
from prompts.waiting.wait import LONGEST_SECONDS
from tenants.serializers import Page, Strict, called

CANDIDATE: Final = "True: as a branch has it, to be run and judged; changes nothing that is there."
MOST_PUSHED: Final = 2_000
EXPECTED: Final = (
    "`number` of the newest release of the prompt there, of any lane, as you saw it; 0: none. Refused with 409 if "
    "there is another by now, so that what is sent twice is done once."
)
EXPECTED_VERSION: Final = (
    "What you saw served there until now: a hash, the beginning of it, or v17. Of a rollback that ends a canary: the "
    "canary. Refused with 409 if it is another by now."
)
WAIT: Final = "With If-None-Match: seconds for which a 304 is held back, unless something else is served before."


class VersionShape(serializers.ModelSerializer[PromptVersion]):
    label = called(serializers.CharField(source="__str__", help_text="How people call it: v17."))

    class Meta:
        model = PromptVersion
        fields = ["hash", "label", "number", "commit", "author", "message", "pushed_at", "pushed_by"]


class ReleaseShape(serializers.ModelSerializer[Release]):
    prompt = serializers.CharField(source="prompt.name")
    version = serializers.CharField(source="version.hash")
    label = called(serializers.CharField(source="version.__str__"))
    tenant = serializers.CharField(
        source="tenant.slug", default=None, allow_null=True, help_text="Whose own lane it is; null: everybody's."
    )
    percent = serializers.IntegerField(help_text="Of the lane's people: 100, less of a canary, 0 where the lane ends.")
    made_by = serializers.CharField(source="made_by_label")

    class Meta:
        model = Release
        fields = [
            "prompt", "environment", "tenant", "lane", "percent", "version", "label", "kind", "number", "note",
            "override_reason", "made_at", "made_by",
        ]  # fmt: skip


class LaneShape(serializers.Serializer[Any]):
    environment = serializers.CharField()
    tenant = serializers.CharField(allow_null=True, help_text="Null: everybody.")
    version = serializers.CharField()
    percent = serializers.IntegerField(help_text="Of the people whom the lane is for.")


class PromptShape(serializers.ModelSerializer[Prompt]):
    feature = serializers.CharField(source="feature.slug", default=None, allow_null=True)
    live = serializers.DictField(
        child=serializers.CharField(), help_text="The version that everybody gets, by environment."
    )
    canaries = LaneShape(many=True, help_text="Versions that a share of everybody, or of a tenant, gets.")
    tenants = LaneShape(many=True, help_text="Tenants that have a version of their own.")
    newest = serializers.CharField(allow_null=True, help_text="The version pushed last.")
    labels = serializers.DictField(
        child=serializers.CharField(), help_text="How people call these versions, v17, by their hashes."
    )
    stopped = VersionStopShape(many=True, help_text="Those of these versions that are switched off.")

    class Meta:
        model = Prompt
        fields = [
            "name", "feature", "description", "suites", "live", "canaries", "tenants", "newest", "labels", "created_at",
            "source", "orphaned_at", "stopped",
        ]  # fmt: skip


class PushEntry(Strict):
    name = serializers.CharField(max_length=100)
    bundle = serializers.DictField(
        help_text="Messages, parts, model, output and variables, as docs/quality-loop.md says."
    )
    feature = serializers.CharField(required=False, help_text="The feature that it is of.")
    description = serializers.CharField(required=False, allow_blank=True, max_length=500)
    suites = serializers.ListField(child=serializers.CharField(max_length=63), required=False)


class PushOrder(Strict):
    prompts = serializers.ListField(child=PushEntry(), max_length=MOST_PUSHED)
    candidate = serializers.BooleanField(default=False, help_text=CANDIDATE)
    commit = serializers.CharField(required=False, allow_blank=True, max_length=64)
    author = serializers.CharField(required=False, allow_blank=True, max_length=200)
    message = serializers.CharField(required=False, allow_blank=True, max_length=500)
    source = called(
        serializers.CharField(
            required=False, max_length=200, help_text="The repository and the folder in it: `support-app:prompts`."
        )
    )
    complete = serializers.BooleanField(
        default=False, help_text="True: all that `source` has. What came from it before and is missing is an orphan."
    )

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["complete"] and not attrs.get("source"):
            raise serializers.ValidationError({"source": "What is complete needs its source: `support-app:prompts`."})
        return attrs


class PushedEntry(serializers.Serializer[Any]):
    name = serializers.CharField()
    version = serializers.CharField(help_text="Its hash.")
    label = called(serializers.CharField())
    created = serializers.BooleanField(help_text="False: this content was there already.")


class OrphanShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    since = serializers.DateTimeField()
    live = serializers.ListField(child=serializers.CharField(), help_text="Environments that still serve it.")


class PushedShape(serializers.Serializer[Any]):
    prompts = PushedEntry(many=True)
    orphans = OrphanShape(many=True, help_text="Of this source, when the push was complete: no longer in it.")


class VersionQuery(Page):
    hash = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-f]{64}$"),
        required=False,
        max_length=100,
        help_text="Only these; may be given several times.",
    )


class WhereaboutsShape(serializers.Serializer[Any]):
    environment = serializers.CharField()
    lane = serializers.ChoiceField(choices=Release.Lane.choices)
    tenants = serializers.IntegerField(help_text="So many have it of their own; 0: it is everybody's.")
    tenant = serializers.CharField(allow_null=True, help_text="The one that has it of its own; null: none, or several.")
    percent = serializers.IntegerField(
        allow_null=True, help_text="Of the people; null: canaries of several tenants, of whatever shares."
    )
    words = serializers.CharField(help_text="As pages have it: canary 25%.")


class ListedVersionShape(VersionShape):
    live_in = serializers.ListField(child=serializers.CharField(), help_text="Environments that serve it to everybody.")
    served = WhereaboutsShape(
        many=True, help_text="All who get it, production first: everybody, canaries, tenants with their own."
    )
    stopped = VersionStopShape(allow_null=True, help_text=STOPPED)

    class Meta(VersionShape.Meta):
        fields = [*VersionShape.Meta.fields, "live_in", "served", "stopped"]


class OpenedVersionShape(ListedVersionShape):
    bundle = serializers.DictField(help_text="All that it says.")
    tokens = serializers.IntegerField(allow_null=True, help_text="About so many, without what variables bring.")

    class Meta(VersionShape.Meta):
        fields = [*VersionShape.Meta.fields, "bundle", "live_in", "served", "tokens", "stopped"]


class DiffQuery(Strict):
    against = serializers.CharField(required=False, max_length=80, help_text="A version: its hash or v16.")


class DiffLineShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["same", "gone", "new", "gap"], help_text="Of a gap lines are left out.")
    number = serializers.IntegerField(allow_null=True, help_text="In its own version.")
    text = serializers.CharField(allow_blank=True)


class TextDiffShape(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Messages, the path of a part, or Settings.")
    was = serializers.CharField(
        allow_null=True, help_text="The path of the part in the other version, if it was moved."
    )
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    lines = DiffLineShape(many=True)


class DiffShape(serializers.Serializer[Any]):
    base = serializers.CharField(allow_null=True, help_text="Null: there is nothing before it.")
    head = serializers.CharField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    texts = TextDiffShape(many=True)


class ReleaseQuery(Page):
    environment = serializers.CharField(required=False, max_length=30)


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


class CanaryQuery(Strict):
    environment = serializers.CharField(default="production", max_length=30)
    tenant = serializers.CharField(required=False, max_length=63, help_text="A canary of this tenant's alone.")


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
