"""What is served of a prompt now, and what a version of it is held against."""

from collections.abc import Sequence

from prompts.models import Prompt, PromptVersion, Release
from prompts.services import environment_order


def live_releases(prompt: Prompt) -> list[Release]:
    """Without what they say, which is read when it is asked for."""
    return list(Release.objects.filter(prompt=prompt).current().select_related("version").defer("version__content"))


def against(prompt: Prompt, head: PromptVersion, live: Sequence[Release] | None = None) -> PromptVersion | None:
    """What callers get now, else the version before; None for the first of all."""
    live = live_releases(prompt) if live is None else live
    served = sorted(live, key=lambda each: environment_order(each.environment))
    if served and served[0].version_id != head.pk:
        return served[0].version
    return PromptVersion.objects.of(prompt).filter(number__lt=head.number).order_by("-number").first()
