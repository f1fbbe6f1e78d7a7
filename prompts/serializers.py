from typing import Any, Final

from rest_framework import serializers

from prompts.models import Prompt, PromptVersion, Release
from tenants.serializers import Page, Strict, called

CANDIDATE: Final = "True: as a branch has it, to be run and judged; changes nothing that is there."


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

    class Meta:
        model = Prompt
        fields = ["name", "feature", "description", "suites", "live", "canaries", "tenants", "newest", "created_at"]


class PushEntry(Strict):
    name = serializers.CharField(max_length=100)
    bundle = serializers.DictField(
        help_text="Messages, parts, model, output and variables, as docs/quality-loop.md says."
    )
    feature = serializers.CharField(required=False, help_text="The feature that it is of.")
    description = serializers.CharField(required=False, allow_blank=True, max_length=500)
    suites = serializers.ListField(child=serializers.CharField(max_length=63), required=False)


class PushOrder(Strict):
    prompts = PushEntry(many=True)
    candidate = serializers.BooleanField(default=False, help_text=CANDIDATE)
    commit = serializers.CharField(required=False, allow_blank=True, max_length=64)
    author = serializers.CharField(required=False, allow_blank=True, max_length=200)
    message = serializers.CharField(required=False, allow_blank=True, max_length=500)


class PushedEntry(serializers.Serializer[Any]):
    name = serializers.CharField()
    version = serializers.CharField(help_text="Its hash.")
    label = called(serializers.CharField())
    created = serializers.BooleanField(help_text="False: this content was there already.")


class PushedShape(serializers.Serializer[Any]):
    prompts = PushedEntry(many=True)


class VersionQuery(Page):
    pass


class OpenedVersionShape(VersionShape):
    bundle = serializers.DictField(help_text="All that it says.")
    live_in = serializers.ListField(child=serializers.CharField(), help_text="Environments that serve it.")
    tokens = serializers.IntegerField(allow_null=True, help_text="About so many, without what variables bring.")

    class Meta(VersionShape.Meta):
        fields = [*VersionShape.Meta.fields, "bundle", "live_in", "tokens"]


class DiffQuery(Strict):
    against = serializers.CharField(required=False, max_length=80, help_text="A version: its hash or v16.")


class DiffLineShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["same", "gone", "new", "gap"], help_text="Of a gap lines are left out.")
    number = serializers.IntegerField(allow_null=True, help_text="In its own version.")
    text = serializers.CharField(allow_blank=True)


class TextDiffShape(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Messages, the path of a part, or Settings.")
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
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class RollbackOrder(Strict):
    environment = serializers.CharField(max_length=30)
    tenant = serializers.CharField(
        required=False, max_length=63, help_text="Its own version; everybody's, unless given."
    )
    version = serializers.CharField(
        required=False, help_text="Another one that was live there; the one before, unless given."
    )
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class ReleasedShape(serializers.Serializer[Any]):
    release = ReleaseShape()
    before = serializers.CharField(allow_null=True, help_text="The version served until now.")
    revision = serializers.IntegerField(
        help_text="Of the configuration: gateways serve it once they have applied this."
    )
