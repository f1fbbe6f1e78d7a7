from typing import Any, Final, override

from rest_framework import serializers

from prompts.models import Prompt, PromptVersion, Release
from prompts.stop_shapes import STOPPED, VersionStopShape
from tenants.serializers import Page, Strict, called

CANDIDATE: Final = "True: as a branch has it, to be run and judged; changes nothing that is there."
MOST_PUSHED: Final = 2_000


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


class CanaryQuery(Strict):
    environment = serializers.CharField(default="production", max_length=30)
    tenant = serializers.CharField(required=False, max_length=63, help_text="A canary of this tenant's alone.")
