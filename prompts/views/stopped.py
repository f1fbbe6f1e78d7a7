"""What is served though it is stopped."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from prompts.models import Prompt, PromptVersion, Release


def stopped_lanes(prompts: Collection[Prompt], stopped: Collection[UUID]) -> Mapping[UUID, Sequence[Release]]:
    """By prompt, of everybody and of tenants, canaries too. `stopped`: versions, of which there are few."""
    if not stopped:
        return {}
    ours = PromptVersion.objects.filter(pk__in=stopped, prompt__in=[each.pk for each in prompts])
    rows = Release.objects.filter(prompt__in=ours.values("prompt")).lasting().filter(version__in=stopped)
    found: dict[UUID, list[Release]] = defaultdict(list)
    for release in rows.select_related("version").defer("version__content").order_by("environment", "number"):
        found[release.prompt_id].append(release)
    return found
