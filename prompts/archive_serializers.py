"""Shapes of a copy of all prompts."""

from typing import Final

from rest_framework import serializers

from prompts.serializers import ReleaseShape, VersionQuery, VersionShape
from tenants.serializers import Page

# A bundle has up to 400,000 characters.
MOST_CONTENTS: Final = 20
_MOST_NAMED: Final = 100


class CopiedReleaseQuery(Page):
    prompt = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        max_length=_MOST_NAMED,
        help_text="Only of these; may be given several times.",
    )


class CopiedReleaseShape(ReleaseShape):
    """As of one prompt."""


class CopiedVersionQuery(CopiedReleaseQuery, VersionQuery):
    content = serializers.BooleanField(
        default=False, help_text=f"True: with what they say; a page then has at most {MOST_CONTENTS} rows."
    )


class CopiedVersionShape(VersionShape):
    prompt = serializers.CharField()
    bundle = serializers.DictField(allow_null=True, help_text="All that it says; null unless `content` asked for it.")

    class Meta(VersionShape.Meta):
        fields = ["prompt", *VersionShape.Meta.fields, "bundle"]
