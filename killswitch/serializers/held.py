from typing import Any

from rest_framework import serializers


class HeldShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="held.stop.id")
    target = serializers.CharField(source="held.stop.target", help_text="What the guard probes.")
    what = serializers.CharField(help_text="What people call it; the target's key when it is no more.")
    reason = serializers.CharField(source="held.stop.reason")
    mode = serializers.CharField(source="held.stop.mode")
    message = serializers.CharField(source="held.stop.message", help_text="What callers are told.")
    since = serializers.DateTimeField(source="held.since")
    processes = serializers.ListField(
        source="held.processes", child=serializers.CharField(), help_text="Which say that they hold it."
    )
    is_adoptable = serializers.BooleanField(
        help_text="False: what it stops is no more, or not for stopping; it can be released only."
    )
    takes_two = serializers.BooleanField(help_text="Two people release it, no key: it is careful, and not adoptable.")
    reviewed_by = serializers.CharField(
        source="held.review.reviewed_by",
        default=None,
        allow_null=True,
        help_text="The first of the two; null: nobody yet.",
    )
