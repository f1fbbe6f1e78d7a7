"""That a version is stopped, as the API says it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from killswitch.models import Stop
from killswitch.scopes import Mode
from prompts.models import PromptVersion

STOPPED = "Null: it is not. Else the stop in force of this version: what its calls get, since when and why."


class VersionStopShape(serializers.Serializer[Any]):
    version = serializers.CharField(help_text="Its hash.")
    stop = serializers.UUIDField(help_text="The id of the stop.")
    mode = serializers.ChoiceField(choices=[mode.value for mode in Mode if mode is not Mode.READ_ONLY])
    admits = serializers.IntegerField(help_text="Per cent of its calls that pass, to try whether the trouble is over.")
    reason = serializers.ChoiceField(choices=Stop.Reason.choices)
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField()


def stopped(version: PromptVersion, stops: Mapping[UUID, Stop]) -> dict[str, Any] | None:
    stop = stops.get(version.pk)
    if stop is None:
        return None
    facts = {name: getattr(stop, name) for name in ("mode", "admits", "reason", "made_at")}
    return VersionStopShape({"version": version.hash, "stop": stop.pk, **facts, "made_by": stop.maker}).data


def all_stopped(versions: Iterable[PromptVersion], stops: Mapping[UUID, Stop]) -> list[dict[str, Any]]:
    """Each once."""
    several = {version.pk: version for version in versions}
    return [told for version in several.values() if (told := stopped(version, stops))]
